// The page: puts its parts together. What one part brings about and another shows goes through here.

import { chatToken, openChat } from "./chat.js";
import { consoleToken, openConsole, setToken } from "./console.js";
import { find } from "./dom.js";
import { openEvents } from "./events.js";
import { showList } from "./list.js";
import { openOperator, showOperator } from "./operator.js";
import { askRegions, openRegions, watchToken } from "./regions.js";

openOperator({ onChange: askRegions, onToken: takeToken });
openRegions({ onStatus: showList });
openConsole({ chatToken });
openChat({ onToken: takeChatToken });
openEvents({ onNews: showOperator });
find("watch-console").addEventListener("click", () => watchToken(consoleToken()));

function takeToken(token) {
  setToken(token);
  watchToken(token);
}

let lastToken = "";

/** The console keeps what a person has put there. */
function takeChatToken(token) {
  watchToken(token);
  if (consoleToken() === lastToken) setToken(token);
  lastToken = token;
}
