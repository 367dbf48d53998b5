// The sandbox's control API (sandbox/control): what people do, and what there is to see.

async function call(method, path, body) {
  const options = { method, headers: body && { "Content-Type": "application/json" }, body: body && JSON.stringify(body) };
  const response = await fetch(`/sandbox/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw Error(answer.error);
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const remove = (path, body = {}) => call("DELETE", path, body);
/** Something that a user does. */
export const act = (userId, what, body) => post(`users/${userId}/${what}`, body);
