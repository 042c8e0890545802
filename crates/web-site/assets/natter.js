import words from "./words.js";
