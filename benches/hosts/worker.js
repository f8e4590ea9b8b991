// A request opens a contest, makes a pass ready, or runs it.

import { LIBRARIES } from "../libraries/web.js";
import { newContest } from "../works/contest.js";
import { WORKS } from "../works/index.js";

const contest = newContest(LIBRARIES, WORKS);

export default {
  async fetch(request) {
    const [call, ...given] = await request.json();
    try {
      return Response.json({ answer: (await contest[call]?.(...given)) ?? null });
    } catch (error) {
      return Response.json({ error: `${error.message} ${error.cause ?? ""} ${error.stack}` });
    }
  },
};
