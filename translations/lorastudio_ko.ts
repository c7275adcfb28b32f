<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
<context>
    <name>contract</name>
    <message>
        <source>Adam with decoupled weight decay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warm-up, then half a cosine down to zero</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warm-up, then a line down to zero</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warm-up, then constant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean negative log-likelihood per trained token, in nats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>e to the loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of trained tokens predicted first</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::contract</name>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base model that is fine-tuned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is learnt from, and how it becomes tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objective</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the loss measures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which weights are trained, and how.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long, how fast, and when to look.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where it is computed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is written when it is done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the model to fine-tune, with config.json and safetensors files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number format of the frozen weights in memory; auto keeps the stored one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compression of the frozen weights; none keeps them as they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapters below</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapters merged into the frozen base before training, each as {&quot;path&quot;: …, &quot;scale&quot;: 1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Separate file to measure on; empty takes a part of the training data.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part of the training data held back to measure on; 0 measures nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How turns become text: auto takes the model&apos;s own template, else plain; or the path of a template file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which tokens carry loss: every answer, only the last answer, or all text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happens to a sample above the maximum length: cut the prompt side, cut the end, leave it out, or split it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximum length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest sample in tokens; never more than the model&apos;s context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put several short samples into one sequence. Faster; they do not see each other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File or folder with the examples to learn from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the file is read; auto detects it from the content.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The role of each column, as {&quot;column&quot;: &quot;role&quot;}; empty detects them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the samples in a new random order each epoch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group by length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put samples of similar length into one batch. Less padding, less random.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is learnt: causal_lm predicts the next token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of an adapter of the same method to go on from; empty starts anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often the whole training data is seen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximum steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop after so many optimiser steps, whatever the epochs; 0 = by epochs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples computed together; packed sequences when packing is on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upper limit of tokens in a batch, padding included; 0 = no limit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>batches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accumulate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batches summed up for one optimiser step. Less memory than a large batch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of a step at its peak. Too high diverges, too low learns nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the learning rate falls after the warm-up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warm-up share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part of all steps in which the learning rate rises from 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warm-up steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps in which the learning rate rises from 0; 0 = by the share.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rule that turns gradients into steps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pull of the trained weights towards 0, in units of the learning rate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Beta 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory of the mean gradient; 0 = none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Beta 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory of the squared gradient; 0 = none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epsilon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Small number that keeps the step finite where gradients vanish.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gradient limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gradients with a larger norm are scaled down to it; 0 = off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compute precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>auto = bfloat16 where the device multiplies it natively, else float32. Adapters, moments and loss are always float32.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluate every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Optimiser steps between two evaluations; 0 = at the end of each epoch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Optimiser steps between two checkpoints; 0 = at the end of each epoch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Optimiser steps between two rounds of sample prompts; 0 = at the end of each epoch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep checkpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Older ones are deleted; the best and the last always stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>evaluations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patience</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop after so many evaluations without a better loss; 0 = never. Needs validation data.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample prompts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompts answered during training, to watch the model change.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest answer to a sample prompt, in tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free disk space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop with a checkpoint before less than this is left, in megabytes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deterministic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same job on the same machine gives the same bytes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start of every random choice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the model is computed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor threads to compute on; 0 = all physical cores.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the run and its adapter: letters, digits, dots, underscores, hyphens, Hangul; empty takes the model and the method.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File formats written when training is done.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::data::formats::alpaca</name>
    <message>
        <source>Alpaca</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Instruction, optional input, and the output to learn</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::data::formats::messages</name>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conversations with roles, as OpenAI or ShareGPT write them</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::data::formats::plain_text</name>
    <message>
        <source>Plain text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A text file as one document, cut into windows; the last ones validate</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::data::formats::prompt_completion</name>
    <message>
        <source>Prompt and completion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A prompt or question, and the completion or answer to learn</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::data::formats::text</name>
    <message>
        <source>Text rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One text a row, learnt from the first token to the last</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::methods::lora</name>
    <message>
        <source>Rank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inner size of the update of every target. More rank can learn more and costs memory in proportion.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The update is scaled by alpha / rank. Twice the rank is a good start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of an adapter&apos;s inputs that is dropped at random in training.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Target modules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all-linear, a list of names or short names (q k v o gate up down fc_in fc_out), or a regular expression.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Excluded modules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Modules that stay frozen although a target pattern names them. Same forms as the targets.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all, or a list of block indices; the first block is 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank by module</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another rank for some modules: end of the name or regular expression, and the rank.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alpha by module</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another alpha for some modules: end of the name or regular expression, and the alpha.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank-stabilised scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scales by alpha / √rank, which keeps large ranks learning (rsLoRA).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA+ ratio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate of B relative to A. 1 is plain LoRA; LoRA+ suggests 16.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Initial values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>default: A uniform in ±1/√inputs, B zero, so that training starts from the base model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trained biases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none, the biases of the targets (lora_only), or every bias of the model (all).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Modules trained in full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names of modules whose own weights are trained and saved with the adapter.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
