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

export function openOperator({ onToken }) {
  const revoke = openRevoking({ desk, onChange: showOperator });
  openHistory({ desk, revoke });
  openEntries({ desk, onChange: showOperator });
  openPairs({ desk, onChange: showOperator, onToken });
  openList({ desk });
  for (const radio of document.querySelectorAll('input[name="desk"]')) {
    radio.addEventListener("change", () => void showOperator());
  }
}

export function showOperator() {
  return Promise.allSettled([showHistory(), showEntries(), showPairs()]);
}
