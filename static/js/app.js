// What every page needs. Each element lives in a file of its own and does nothing where it does not occur.
import "./flashes.js";
import "./dialogs.js";
import "./live-stream.js";
import "./theme-toggle.js";
import "./phone-input.js";
import "./sms-composer.js";
import "./draft-keeper.js";
import "./canned-answers.js";
import "./whos-there.js";
import "./inbox.js";
