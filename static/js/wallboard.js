// Loaded by pages that stay open all day.
import "./time-since.js";
import "./full-screen.js";
import "./wall-fit.js";
import "./stream-lost.js";
