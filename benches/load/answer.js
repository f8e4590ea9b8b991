// What every worker under load answers whom it lets in: some work, and the same for all of them.

export function answer(sub) {
  return Response.json({ hello: sub, at: Date.now() });
}
