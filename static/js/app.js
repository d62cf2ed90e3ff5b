// What every page needs. Each element lives in a file of its own and does nothing where it does not occur.
import "./flashes.js";
import "./dialogs.js";
import "./live-stream.js";
import "./theme-toggle.js";
import "./presence.js";
import "./phone-input.js";
import "./sms-composer.js";
import "./inbox.js";
import "./note-writer.js";
import "./contact-panel.js";
import "./shortcuts.js";
import "./command-palette.js";
import "./focus-keeper.js";
import "./thread-announcer.js";
import "./connection.js";
import "./live-notices.js";
import "./push-device.js";
