// The server makes this module of the words under `js.` in the file of messages.
declare const words: Record<string, string>;
export default words;
