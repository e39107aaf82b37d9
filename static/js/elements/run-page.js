/* The elements of a run's page. They are one module in main.js, because every byte there is loaded on the first visit. */
import "./again-label.js";
import "./picture-board.js";
import "./picture-lightbox.js";
import "./version-tree.js";
