// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Every word that people read in the widget.

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/// A share of 1 in percent.
export function percent(score) {
    if (typeof score !== "number" || !Number.isFinite(score)) return "";
    if (score > 0 && score < 0.001) return "< 0.1%";
    return `${tenth.format(score * 100)}%`;
}

/// Seconds as people say them.
export function seconds(value) {
    if (value < 0.9995) return `${Math.max(1, Math.round(value * 1000))} ms`;
    return value < 60 ? `${tenth.format(value)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export const decimal = (value) => number.format(value);
const many = (count, one, more) => `${number.format(count)} ${count === 1 ? one : more}`;
const bytes = (count) =>
    count < 1e6 ? `${Math.max(1, Math.round(count / 1000))} kB` : `${tenth.format(count / 1e6)} MB`;

export const words = {
    title: "Try this model",

    // The picture
    drop: "Drop a picture here",
    dropNow: "Let go to use this picture",
    formats: "or paste one. JPEG, PNG, WebP, GIF, BMP or TIFF.",
    choose: "Choose a file",
    another: "Another file",
    camera: "Camera",
    take: "Take the picture",
    stopCamera: "Close the camera",
    cameraPreview: "What the camera sees",
    cameraRefused: "The browser gives no access to the camera.",
    cameraMissing: "There is no camera that can be used.",
    remove: "Remove",
    picture: (name, width, height) => (width ? `${name}, ${width} × ${height} pixels` : name),
    alternative: (name) => `The picture ${name}`,
    scaled: (from, to, width, height) =>
        `Made smaller for the way: ${bytes(from)} to ${bytes(to)}, ${width} × ${height} pixels.`,
    cannotShow: "The browser cannot show this format. The hub may know it.",
    notPicture: "This is not a picture.",
    tooLarge: (count) => `The picture has ${bytes(count)}; the hub takes 24 MB.`,
    examples: "Examples",
    example: (title) => `Example: ${title}`,
    exampleUnnamed: (index) => `Picture ${index}`,
    exampleFailed: "The example could not be fetched.",
    pasted: "pasted picture",

    // What is asked
    labels: "Labels to choose from",
    things: "Things to look for",
    labelsHint: "Comma or Enter adds one. Select a label to change it.",
    addLabel: "Add a label",
    editLabel: (label) => `Change the label ${label}`,
    removeLabel: (label) => `Remove the label ${label}`,
    labelAdded: (label, count) => `Added ${label}. ${many(count, "label", "labels")}.`,
    labelRemoved: (label, count) => `Removed ${label}. ${many(count, "label", "labels")}.`,
    question: "Question",
    questionExample: "What is in the picture?",
    options: "More options",
    standard: "as the model has it",
    topK: "Most answers",
    hypothesis: "Sentence for the labels",
    subtask: "Kind of segments",
    certainty: "Least certainty",
    pool: "Only the pooled vector",
    ask: "Ask the model",
    askAgain: "Ask again",
    needPicture: "Give a picture first.",
    needLabels: "Add at least one label.",
    needQuestion: "Write a question.",

    // State
    state: {
        unknown: "State not known",
        looking: "Looking",
        Loadable: "Cold",
        Loading: "Loading",
        Loaded: "Warm",
        Unsupported: "Cannot be asked",
    },
    stateHint: {
        unknown: "",
        looking: "asking the hub",
        Loadable: "loads with the first question",
        Loading: "being read into memory",
        Loaded: "in memory",
        Unsupported: "",
    },
    asking: "The model is looking at the picture",
    loading: (estimate) => `The model is loading: about ${Math.max(1, Math.ceil(estimate))} s`,
    waiting: (pause) => `Many are asking. Next try in ${Math.ceil(pause)} s`,
    progress: "Progress of loading",
    cancel: "Cancel",
    cancelled: "Cancelled.",
    computed: (time) => `${seconds(time)} computing`,
    computedBefore: (time) => `kept answer, took ${seconds(time)}`,
    trip: (time) => `${seconds(time)} in all`,
    commit: (sha) => `commit ${sha}`,
    where: "computed on this hub's CPU",
    unsupported: "This model cannot be asked here.",

    // What goes wrong
    again: "Try again",
    limit: (time) => `No answer within ${seconds(time)}. The model may be too large for this hub, or the hub too busy.`,
    unreachable: "The hub cannot be reached.",
    refused: (status) => `The hub answered ${status}.`,
    unreadable: "The hub's answer could not be read.",
    notUnderstood: "The answer has another form than this task's.",

    // Answers
    answer: "Answer",
    answerPlace: "The answer comes here.",
    nothing: "The answer is empty.",
    noBoxes: "Nothing is this certain. Move the threshold down.",
    noBoxesAtAll: "Nothing was found.",
    threshold: "Threshold",
    opacity: "Strength of the masks",
    boxes: (shown, all) => (shown === all ? "" : `${number.format(shown)} of `) + many(all, "thing", "things"),
    masks: (count) => many(count, "mask", "masks"),
    showAll: "Show all",
    hideAll: "Hide all",
    unnamed: (index) => `Mask ${index}`,
    share: (part) => `${percent(part)} of the picture`,
    more: (count) => `and ${number.format(count)} more`,
    colours: "Colours",
    colourMaps: { viridis: "Viridis", turbo: "Turbo", grey: "Grey" },
    near: "High",
    far: "Low",
    depthRange: (low, high) => `Predicted values from ${number.format(low)} to ${number.format(high)}`,
    depthHere: (value) => `Here: ${number.format(value)}`,
    depth: "Depth",
    compare: "How much of the answer is shown over the picture",
    depthShown: "Depth of the picture, drawn in colours",
    pictureShown: "The picture that the model made",
    save: "Save the picture",
    vectors: (count, dimension) =>
        `${count === 1 ? "One vector" : many(count, "vector", "vectors")} of ${many(dimension, "number", "numbers")}`,
    shape: "Shape",
    norm: (count) => (count === 1 ? "Norm" : "Norm of the first"),
    range: "Range",
    strip: (rows) => (rows === 1 ? "The numbers as colours" : `The first ${rows} vectors as colours, one a row`),
    json: "The answer as JSON",
    summary: (parts) => `Answer: ${parts.join("; ")}.`,

    // Code
    code: "Use it from code",
    curl: "curl",
    python: "Python",
    lastAnswer: "Last answer (JSON)",
    embed: "Put it into a page",
    noAnswerYet: "No question has been asked yet.",
    shortened: (count) => `… ${number.format(count)} characters`,
    shortenedItems: (count) => `… ${number.format(count)} more`,
    copy: "Copy",
    copyJSON: "Copy as JSON",
    copied: "Copied",
    copyFailed: "Could not copy",
    embedTitle: (model) => `Try ${model}`,
};
