// The worker without any gate.

import { answer } from "./answer.js";

export default { fetch: () => answer("anybody") };
