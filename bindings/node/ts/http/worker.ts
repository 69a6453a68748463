/** The thread that sends the requests of `http.send`: an evaluation blocks its own thread until the response is there. */
import { addon } from "../loader.ts";
import { sendRequest, type HttpRequest } from "./send.ts";

const { httpWorker, httpResponse } = addon();

httpWorker?.((number, text) => {
  const respond = (response: object): void => httpResponse?.(number, JSON.stringify(response));
  sendRequest(JSON.parse(text) as HttpRequest).then(respond, (error: unknown) => {
    respond({ failure: "network", message: String(error).toWellFormed() });
  });
});
