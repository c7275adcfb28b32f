<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>app::intake::Classify</name>
    <message numerus="yes">
        <source>Adds %n model(s) to Models.</source>
        <translation>
            <numerusform>Adds %n model to Models.</numerusform>
            <numerusform>Adds %n models to Models.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Adds %n file(s) to Data.</source>
        <translation>
            <numerusform>Adds %n file to Data.</numerusform>
            <numerusform>Adds %n files to Data.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copies %n adapter(s) into Adapters.</source>
        <translation>
            <numerusform>Copies %n adapter into Adapters.</numerusform>
            <numerusform>Copies %n adapters into Adapters.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opens %n job(s) in Train.</source>
        <translation>
            <numerusform>Opens %n job in Train.</numerusform>
            <numerusform>Opens %n jobs in Train.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Shows %n run(s) in Runs.</source>
        <translation>
            <numerusform>Shows %n run in Runs.</numerusform>
            <numerusform>Shows %n runs in Runs.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) cannot be opened.</source>
        <translation>
            <numerusform>%n file cannot be opened.</numerusform>
            <numerusform>%n files cannot be opened.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more are left out.</source>
        <translation>
            <numerusform>%n more is left out.</numerusform>
            <numerusform>%n more are left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LeftOut</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterDetail</name>
    <message numerus="yes">
        <source>%n samples</source>
        <translation>
            <numerusform>%n sample</numerusform>
            <numerusform>%n samples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>all %n modules fit</source>
        <translation>
            <numerusform>%n module fits</numerusform>
            <numerusform>all %n modules fit</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problems</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterHeader</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterListPanel</name>
    <message numerus="yes">
        <source>%n adapters · %1</source>
        <translation>
            <numerusform>%n adapter · %1</numerusform>
            <numerusform>%n adapters · %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdaptersPage</name>
    <message numerus="yes">
        <source>%n in the library</source>
        <translation>
            <numerusform>%n in the library</numerusform>
            <numerusform>%n in the library</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::RankCard</name>
    <message numerus="yes">
        <source>%n layers × %1 kinds</source>
        <translation>
            <numerusform>%n layer × %1 kinds</numerusform>
            <numerusform>%n layers × %1 kinds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::RankMap</name>
    <message numerus="yes">
        <source>rank %1 in %n modules</source>
        <translation>
            <numerusform>rank %1 in %n module</numerusform>
            <numerusform>rank %1 in %n modules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::DataFacts</name>
    <message numerus="yes">
        <source>%n answer(s) do not end with a stop token</source>
        <translation>
            <numerusform>%n answer does not end with a stop token</numerusform>
            <numerusform>%n answers do not end with a stop token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) leave nothing to train on</source>
        <translation>
            <numerusform>%n row leaves nothing to train on</numerusform>
            <numerusform>%n rows leave nothing to train on</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) are longer than the limit and cut</source>
        <translation>
            <numerusform>%n row is longer than the limit and cut</numerusform>
            <numerusform>%n rows are longer than the limit and cut</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s) lose their end.</source>
        <translation>
            <numerusform>%n answer loses its end.</numerusform>
            <numerusform>%n answers lose their end.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n row(s)</source>
        <translation>
            <numerusform>in %n row</numerusform>
            <numerusform>in %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::DataPage</name>
    <message numerus="yes">
        <source>%n dropped</source>
        <translation>
            <numerusform>%n dropped</numerusform>
            <numerusform>%n dropped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::DatasetListModel</name>
    <message numerus="yes">
        <source>%n dropped</source>
        <translation>
            <numerusform>%n dropped</numerusform>
            <numerusform>%n dropped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ImportListModel</name>
    <message numerus="yes">
        <source>%n bad</source>
        <translation>
            <numerusform>%n bad</numerusform>
            <numerusform>%n bad</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ImportOutcome</name>
    <message numerus="yes">
        <source>%n file(s) were added.</source>
        <translation>
            <numerusform>%n file was added.</numerusform>
            <numerusform>%n files were added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>None of %n file(s) was added.</source>
        <translation>
            <numerusform>%n file was not added.</numerusform>
            <numerusform>None of %n files was added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n file(s) were added.</source>
        <translation>
            <numerusform>%1 of %n file was added.</numerusform>
            <numerusform>%1 of %n files were added.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ImportPanel</name>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln repaired</source>
        <translation>
            <numerusform>%Ln repaired</numerusform>
            <numerusform>%Ln repaired</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Add %n file(s)</source>
        <translation>
            <numerusform>Add %n file</numerusform>
            <numerusform>Add %n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) cannot be used and stay out.</source>
        <translation>
            <numerusform>%n file cannot be used and stays out.</numerusform>
            <numerusform>%n files cannot be used and stay out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::LengthsTab</name>
    <message numerus="yes">
        <source>%Ln row(s) do not fit; no answer is cut.</source>
        <translation>
            <numerusform>%Ln row does not fit; no answer is cut.</numerusform>
            <numerusform>%Ln rows do not fit; no answer is cut.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) do not fit; %1.</source>
        <translation>
            <numerusform>%Ln row does not fit; %1.</numerusform>
            <numerusform>%Ln rows do not fit; %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln answer(s) are cut</source>
        <translation>
            <numerusform>%Ln answer is cut</numerusform>
            <numerusform>%Ln answers are cut</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::Quality</name>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::QualityTab</name>
    <message numerus="yes">
        <source>%Ln row(s) measured…</source>
        <translation>
            <numerusform>%Ln row measured…</numerusform>
            <numerusform>%Ln rows measured…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) measured</source>
        <translation>
            <numerusform>%Ln row measured</numerusform>
            <numerusform>%Ln rows measured</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::Reading</name>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::RowEdits</name>
    <message numerus="yes">
        <source>Deletion of %n row(s)</source>
        <translation>
            <numerusform>Deletion of %n row</numerusform>
            <numerusform>Deletion of %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Return of %n row(s)</source>
        <translation>
            <numerusform>Return of %n row</numerusform>
            <numerusform>Return of %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deletion of the copies of %n row(s)</source>
        <translation>
            <numerusform>Deletion of the copies of %n row</numerusform>
            <numerusform>Deletion of the copies of %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::RowsTab</name>
    <message numerus="yes">
        <source>%Ln row(s) changed</source>
        <translation>
            <numerusform>%Ln row changed</numerusform>
            <numerusform>%Ln rows changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) deleted</source>
        <translation>
            <numerusform>%Ln row deleted</numerusform>
            <numerusform>%Ln rows deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) found</source>
        <translation>
            <numerusform>%Ln row found</numerusform>
            <numerusform>%Ln rows found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TemplateAnswer</name>
    <message numerus="yes">
        <source>in the first %n row(s)</source>
        <translation>
            <numerusform>in the first row</numerusform>
            <numerusform>in the first %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) are not written with the same tokens everywhere</source>
        <translation>
            <numerusform>%n row is not written with the same tokens everywhere</numerusform>
            <numerusform>%n rows are not written with the same tokens everywhere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The template refuses %n row(s)</source>
        <translation>
            <numerusform>The template refuses %n row</numerusform>
            <numerusform>The template refuses %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TokenTab</name>
    <message numerus="yes">
        <source>%n token(s) of this row are cut: it is longer than the model&apos;s context.</source>
        <translation>
            <numerusform>%n token of this row is cut: it is longer than the model&apos;s context.</numerusform>
            <numerusform>%n tokens of this row are cut: it is longer than the model&apos;s context.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::EarlierExports</name>
    <message numerus="yes">
        <source>%n export(s)</source>
        <translation>
            <numerusform>%n export</numerusform>
            <numerusform>%n exports</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::ReportPanel</name>
    <message numerus="yes">
        <source>%n export(s) passed and are in place.</source>
        <translation>
            <numerusform>%n export passed and is in place.</numerusform>
            <numerusform>%n exports passed and are in place.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n export(s) are in place.</source>
        <translation>
            <numerusform>%n export is in place.</numerusform>
            <numerusform>%n exports are in place.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation>
            <numerusform>%n folder</numerusform>
            <numerusform>%n folders</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::home::AttentionCard</name>
    <message numerus="yes">
        <source>%n adapter(s) need it: %1</source>
        <translation>
            <numerusform>%n adapter needs it: %1</numerusform>
            <numerusform>%n adapters need it: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::home::ComputerCard</name>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::home::TryCard</name>
    <message numerus="yes">
        <source>%n short step(s)</source>
        <translation>
            <numerusform>%n short step</numerusform>
            <numerusform>%n short steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModelFacts</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModelListModel</name>
    <message numerus="yes">
        <source>%n adapter(s)</source>
        <translation>
            <numerusform>%n adapter</numerusform>
            <numerusform>%n adapters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModuleTab</name>
    <message numerus="yes">
        <source>%n module(s) match.</source>
        <translation>
            <numerusform>%n module matches.</numerusform>
            <numerusform>%n modules match.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModuleTreeModel</name>
    <message numerus="yes">
        <source>%n more block(s)</source>
        <translation>
            <numerusform>%n more block</numerusform>
            <numerusform>%n more blocks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n block(s)</source>
        <translation>
            <numerusform>%n block</numerusform>
            <numerusform>%n blocks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::PlaygroundPage</name>
    <message numerus="yes">
        <source>%1, %n pane(s)</source>
        <translation>
            <numerusform>%1, %n pane</numerusform>
            <numerusform>%1, %n panes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::TranscriptView</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunsPage</name>
    <message numerus="yes">
        <source>%n run(s) shown</source>
        <translation>
            <numerusform>%n run shown</numerusform>
            <numerusform>%n runs shown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%n run</numerusform>
            <numerusform>%n runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in progress</source>
        <translation>
            <numerusform>%n in progress</numerusform>
            <numerusform>%n in progress</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in the queue</source>
        <translation>
            <numerusform>%n in the queue</numerusform>
            <numerusform>%n in the queue</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::FoldersEditor</name>
    <message numerus="yes">
        <source>%n model(s) found</source>
        <translation>
            <numerusform>%n model found</numerusform>
            <numerusform>%n models found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::SupportSection</name>
    <message numerus="yes">
        <source>%n run(s) and adapter(s) are in the library.</source>
        <translation>
            <numerusform>%n run or adapter is in the library.</numerusform>
            <numerusform>%n runs and adapters are in the library.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s) could not be read.</source>
        <translation>
            <numerusform>%n folder could not be read.</numerusform>
            <numerusform>%n folders could not be read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::ConsequencesPanel</name>
    <message numerus="yes">
        <source>%n samples are longer than the maximum length.</source>
        <translation>
            <numerusform>%n sample is longer than the maximum length.</numerusform>
            <numerusform>%n samples are longer than the maximum length.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answers are cut.</source>
        <translation>
            <numerusform>%n answer is cut.</numerusform>
            <numerusform>%n answers are cut.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows cannot be used.</source>
        <translation>
            <numerusform>%n row cannot be used.</numerusform>
            <numerusform>%n rows cannot be used.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MatrixLegend</name>
    <message numerus="yes">
        <source>%n cells lower</source>
        <translation>
            <numerusform>%n cell lower</numerusform>
            <numerusform>%n cells lower</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells higher</source>
        <translation>
            <numerusform>%n cell higher</numerusform>
            <numerusform>%n cells higher</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells</source>
        <translation>
            <numerusform>%n cell</numerusform>
            <numerusform>%n cells</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MethodOptions</name>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n changed</numerusform>
            <numerusform>%n changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MethodOutline</name>
    <message numerus="yes">
        <source>in %n layers</source>
        <translation>
            <numerusform>in %n layer</numerusform>
            <numerusform>in %n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MethodWarnings</name>
    <message numerus="yes">
        <source>%n virtual tokens take part of the context.</source>
        <translation>
            <numerusform>%n virtual token takes part of the context.</numerusform>
            <numerusform>%n virtual tokens take part of the context.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MixPanel</name>
    <message numerus="yes">
        <source>%n file(s) together</source>
        <translation>
            <numerusform>%n file together</numerusform>
            <numerusform>%n files together</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::SetupPanel</name>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::TargetPanel</name>
    <message numerus="yes">
        <source>%1 of %n modules</source>
        <translation>
            <numerusform>%1 of %n module</numerusform>
            <numerusform>%1 of %n modules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>✓ %n match</source>
        <translation>
            <numerusform>✓ %n match</numerusform>
            <numerusform>✓ %n match</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::TrainPage</name>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n changed</numerusform>
            <numerusform>%n changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::shell::JobBar</name>
    <message numerus="yes">
        <source>Queue held: %n wait(s)</source>
        <translation>
            <numerusform>Queue held: %n waits</numerusform>
            <numerusform>Queue held: %n wait</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in queue</source>
        <translation>
            <numerusform>%n in queue</numerusform>
            <numerusform>%n in queue</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::shell::Notices</name>
    <message numerus="yes">
        <source>%n item(s) were not added.</source>
        <translation>
            <numerusform>%n item was not added.</numerusform>
            <numerusform>%n items were not added.</numerusform>
        </translation>
    </message>
</context>
</TS>
