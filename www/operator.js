// The operator's side: puts its parts together, says in which region the operator works, and shows
// them anew when something has happened.

import { openEntries, showEntries } from "./entries.js";
import { openHistory, showHistory } from "./history.js";
import { openList } from "./list.js";
import { openPairs, showPairs } from "./pairs.js";
import { openRevoking } from "./revoking.js";

/** The region that the operator works in. */
export function desk() {
  return document.querySelector('input[name="desk"]:checked').value;
}

/** `onChange()` hears that something may have been thrown out or taken back. */
export function openOperator({ onChange: tell, onToken }) {
  const onChange = () => Promise.all([showOperator(), tell()]);
  const revoke = openRevoking({ desk, onChange });
  openHistory({ desk, revoke });
  openEntries({ desk, onChange });
  openPairs({ desk, onChange, onToken });
  openList({ desk });
  for (const radio of document.querySelectorAll('input[name="desk"]')) {
    radio.addEventListener("change", showOperator);
  }
  void showOperator();
}

export function showOperator() {
  return Promise.all([showHistory(), showEntries(), showPairs()]);
}
