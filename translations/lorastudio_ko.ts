<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
<context>
    <name>app::ErrorText</name>
    <message>
        <source>That is not possible as asked.</source>
        <translation>요청한 대로 할 수 없습니다.</translation>
    </message>
    <message>
        <source>A setting has no valid value.</source>
        <translation>설정의 값이 올바르지 않습니다.</translation>
    </message>
    <message>
        <source>No layer of the model matches.</source>
        <translation>일치하는 모델 층이 없습니다.</translation>
    </message>
    <message>
        <source>Nothing would be trained.</source>
        <translation>학습할 것이 없습니다.</translation>
    </message>
    <message>
        <source>The target is there already.</source>
        <translation>대상이 이미 있습니다.</translation>
    </message>
    <message>
        <source>Something is not where it was.</source>
        <translation>항목이 원래 위치에 없습니다.</translation>
    </message>
    <message>
        <source>A file cannot be read or written.</source>
        <translation>파일을 읽거나 쓸 수 없습니다.</translation>
    </message>
    <message>
        <source>A file is damaged or of another kind.</source>
        <translation>파일이 손상되었거나 종류가 다릅니다.</translation>
    </message>
    <message>
        <source>The data cannot be used.</source>
        <translation>데이터를 사용할 수 없습니다.</translation>
    </message>
    <message>
        <source>The model cannot be used.</source>
        <translation>모델을 사용할 수 없습니다.</translation>
    </message>
    <message>
        <source>The tokenizer cannot be used.</source>
        <translation>토크나이저를 사용할 수 없습니다.</translation>
    </message>
    <message>
        <source>The chat template cannot be used.</source>
        <translation>채팅 템플릿을 사용할 수 없습니다.</translation>
    </message>
    <message>
        <source>The adapter cannot be used.</source>
        <translation>어댑터를 사용할 수 없습니다.</translation>
    </message>
    <message>
        <source>A number is not finite.</source>
        <translation>유한하지 않은 숫자가 나왔습니다.</translation>
    </message>
    <message>
        <source>This version cannot do that.</source>
        <translation>이 버전에서는 할 수 없습니다.</translation>
    </message>
    <message>
        <source>The result did not pass its check.</source>
        <translation>결과가 검사를 통과하지 못했습니다.</translation>
    </message>
    <message>
        <source>An engine is at work there.</source>
        <translation>그곳에서 다른 엔진이 작업하고 있습니다.</translation>
    </message>
    <message>
        <source>There is not enough disk space.</source>
        <translation>디스크 공간이 부족합니다.</translation>
    </message>
    <message>
        <source>There is not enough memory.</source>
        <translation>메모리가 부족합니다.</translation>
    </message>
    <message>
        <source>The training diverged.</source>
        <translation>학습이 발산했습니다.</translation>
    </message>
    <message>
        <source>It was stopped.</source>
        <translation>중지되었습니다.</translation>
    </message>
    <message>
        <source>These do not fit together.</source>
        <translation>서로 맞지 않습니다.</translation>
    </message>
    <message>
        <source>It was made by a newer version of LoRA Studio.</source>
        <translation>더 새로운 버전의 LoRA Studio에서 만든 것입니다.</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly.</source>
        <translation>엔진이 예기치 않게 종료되었습니다.</translation>
    </message>
    <message>
        <source>Another program uses the library.</source>
        <translation>다른 프로그램이 라이브러리를 사용하고 있습니다.</translation>
    </message>
    <message>
        <source>The library is damaged.</source>
        <translation>라이브러리가 손상되었습니다.</translation>
    </message>
    <message>
        <source>The library cannot be written.</source>
        <translation>라이브러리에 쓸 수 없습니다.</translation>
    </message>
    <message>
        <source>The library does not allow that.</source>
        <translation>라이브러리에서 허용되지 않습니다.</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>문제가 발생했습니다.</translation>
    </message>
</context>
<context>
    <name>app::Format</name>
    <message>
        <source>d MMM</source>
        <extracomment>The format of a date in this year, as in QLocale::toString(QDate)</extracomment>
        <translation>M월 d일</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <extracomment>The format of a date in another year, as in QLocale::toString(QDate)</extracomment>
        <translation>yyyy년 M월 d일</translation>
    </message>
    <message>
        <source>%1 K</source>
        <extracomment>Thousands, as in &quot;92.1 K tokens&quot;</extracomment>
        <translation>%1 K</translation>
    </message>
    <message>
        <source>%1 M</source>
        <extracomment>Millions, as in &quot;8.80 M parameters&quot;</extracomment>
        <translation>%1 M</translation>
    </message>
    <message>
        <source>%1 B</source>
        <extracomment>Billions (10^9), as in &quot;1.24 B parameters&quot;</extracomment>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>%1 of %2 GiB</source>
        <extracomment>&quot;4.27 of 8.00 GiB&quot;: memory in use, of all there is</extracomment>
        <translation>%1 / %2 GiB</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1초</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1분 %2초</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1시간 %2분</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1일 %2시간</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>어제</translation>
    </message>
    <message>
        <source>Today %1</source>
        <extracomment>%1 is a time, as in &quot;Today 14:22&quot;</extracomment>
        <translation>오늘 %1</translation>
    </message>
    <message>
        <source>Yesterday %1</source>
        <translation>어제 %1</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <extracomment>A date, then a time: &quot;27 Feb 13:05&quot;</extracomment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>초당 %1토큰</translation>
    </message>
</context>
<context>
    <name>app::HashFile</name>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 파일을 읽을 수 없습니다: %2</translation>
    </message>
    <message>
        <source>Reading %1 was stopped</source>
        <translation>%1 읽기를 중지했습니다</translation>
    </message>
</context>
<context>
    <name>app::Paths</name>
    <message>
        <source>The folder %1 cannot be written to</source>
        <translation>%1 폴더에 쓸 수 없습니다</translation>
    </message>
    <message>
        <source>Choose another data folder with --data-dir</source>
        <translation>--data-dir로 다른 데이터 폴더를 지정하십시오</translation>
    </message>
</context>
<context>
    <name>app::Settings</name>
    <message>
        <source>Theme</source>
        <translation>테마</translation>
    </message>
    <message>
        <source>Follows the system when it changes</source>
        <translation>시스템 테마가 바뀌면 따릅니다</translation>
    </message>
    <message>
        <source>System</source>
        <translation>시스템</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>밝게</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>어둡게</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>언어</translation>
    </message>
    <message>
        <source>Changes at once, no restart</source>
        <translation>다시 시작하지 않아도 바로 바뀝니다</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>밀도</translation>
    </message>
    <message>
        <source>Row height of tables and lists</source>
        <translation>표와 목록의 행 높이</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>여유 있게</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>촘촘하게</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Searched for bases, never written to</source>
        <translation>베이스 모델을 찾는 곳이며 쓰지는 않습니다</translation>
    </message>
    <message>
        <source>Train on</source>
        <translation>학습 장치</translation>
    </message>
    <message>
        <source>For new runs; each run can choose another</source>
        <translation>새 실행에 적용되며 실행마다 바꿀 수 있습니다</translation>
    </message>
    <message>
        <source>CPU threads</source>
        <translation>CPU 스레드</translation>
    </message>
    <message>
        <source>For new runs; fewer leave more for other programs</source>
        <translation>새 실행에 적용됩니다. 줄이면 다른 프로그램에 여유가 생깁니다</translation>
    </message>
    <message>
        <source>When the window closes during a run</source>
        <translation>실행 중에 창을 닫으면</translation>
    </message>
    <message>
        <source>A stopped run saves a checkpoint first</source>
        <translation>중지하는 실행은 먼저 체크포인트를 저장합니다</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>묻기</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>계속</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>Disk space kept free</source>
        <translation>남겨 둘 디스크 공간</translation>
    </message>
    <message>
        <source>A new run stops before the drive holds less</source>
        <translation>여유 공간이 이보다 줄기 전에 새 실행이 멈춥니다</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>화면</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>폴더</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>장치</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>개인정보</translation>
    </message>
    <message>
        <source>Runs and recovery</source>
        <translation>실행과 복구</translation>
    </message>
</context>
<context>
    <name>app::WriteFile</name>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 파일에 쓸 수 없습니다: %2</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 파일을 읽을 수 없습니다: %2</translation>
    </message>
    <message>
        <source>%1 is nested too deeply</source>
        <translation>%1 폴더가 너무 깊게 중첩되어 있습니다</translation>
    </message>
    <message>
        <source>Check whether a link leads back to its own folder</source>
        <translation>자기 폴더를 가리키는 링크가 있는지 확인하십시오</translation>
    </message>
    <message>
        <source>The folder %1 cannot be made</source>
        <translation>%1 폴더를 만들 수 없습니다</translation>
    </message>
    <message>
        <source>%1 is there already</source>
        <translation>%1 항목이 이미 있습니다</translation>
    </message>
    <message>
        <source>%1 cannot be put in place</source>
        <translation>%1 항목을 제자리에 둘 수 없습니다</translation>
    </message>
</context>
<context>
    <name>app::engine::AnswerFile</name>
    <message>
        <source>The engine named a file outside its folder</source>
        <translation>엔진이 지정된 폴더 밖의 파일을 가리켰습니다</translation>
    </message>
</context>
<context>
    <name>app::engine::ChatService</name>
    <message>
        <source>The engine was ended before it had answered</source>
        <translation>엔진이 답하기 전에 종료되었습니다</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>다시 질문하십시오</translation>
    </message>
    <message>
        <source>The engine speaks protocol %1, this program %2</source>
        <translation>엔진의 프로토콜은 %1, 이 프로그램의 프로토콜은 %2입니다</translation>
    </message>
    <message>
        <source>Install the studio and the engine of one version</source>
        <translation>스튜디오와 엔진을 같은 버전으로 설치하십시오</translation>
    </message>
    <message>
        <source>The engine no longer answered and was ended</source>
        <translation>엔진이 응답하지 않아 종료했습니다</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly (%1)</source>
        <translation>엔진이 예기치 않게 종료되었습니다(%1)</translation>
    </message>
    <message>
        <source>The engine could not be started</source>
        <translation>엔진을 시작하지 못했습니다</translation>
    </message>
    <message>
        <source>Check that the program is there and may be run</source>
        <translation>프로그램이 있고 실행 권한이 있는지 확인하십시오</translation>
    </message>
</context>
<context>
    <name>app::engine::EngineService</name>
    <message>
        <source>The engine was started anew</source>
        <translation>엔진을 새로 시작했습니다</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>다시 요청하십시오</translation>
    </message>
    <message>
        <source>The engine speaks protocol %1, this program %2</source>
        <translation>엔진의 프로토콜은 %1, 이 프로그램의 프로토콜은 %2입니다</translation>
    </message>
    <message>
        <source>The engine&apos;s first words are not understood: %1</source>
        <translation>엔진의 첫 응답을 이해할 수 없습니다: %1</translation>
    </message>
    <message>
        <source>Install the studio and the engine of one version</source>
        <translation>스튜디오와 엔진을 같은 버전으로 설치하십시오</translation>
    </message>
    <message>
        <source>The engine no longer answered and was ended</source>
        <translation>엔진이 응답하지 않아 종료했습니다</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly (%1)</source>
        <translation>엔진이 예기치 않게 종료되었습니다(%1)</translation>
    </message>
    <message>
        <source>The engine could not be started</source>
        <translation>엔진을 시작하지 못했습니다</translation>
    </message>
    <message>
        <source>It is started again. Its last words: %1</source>
        <translation>다시 시작합니다. 마지막 출력: %1</translation>
    </message>
    <message>
        <source>Check that the program is there and may be run</source>
        <translation>프로그램이 있고 실행 권한이 있는지 확인하십시오</translation>
    </message>
</context>
<context>
    <name>app::engine::ProcessEnd</name>
    <message>
        <source>could not be started</source>
        <translation>시작하지 못함</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>종료 코드 %1</translation>
    </message>
</context>
<context>
    <name>app::engine::VerbProcess</name>
    <message>
        <source>Stopped on request; nothing was put in place</source>
        <translation>요청에 따라 중지했으며 저장한 결과는 없습니다</translation>
    </message>
    <message>
        <source>The engine could not be started</source>
        <translation>엔진을 시작하지 못했습니다</translation>
    </message>
    <message>
        <source>Reinstall the program, or name the engine with LORA_ENGINE_PROGRAM</source>
        <translation>프로그램을 다시 설치하거나 LORA_ENGINE_PROGRAM에 엔진을 지정하십시오</translation>
    </message>
    <message>
        <source>The engine ended without an answer</source>
        <translation>엔진이 답 없이 종료되었습니다</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly (%1)</source>
        <translation>엔진이 예기치 않게 종료되었습니다(%1)</translation>
    </message>
</context>
<context>
    <name>app::intake::Classify</name>
    <message>
        <source>The folder is empty.</source>
        <translation>폴더가 비어 있습니다.</translation>
    </message>
    <message>
        <source>These are weights without their config.json. Drop the folder that holds both.</source>
        <translation>config.json이 없는 가중치입니다. 둘 다 들어 있는 폴더를 끌어다 놓으십시오.</translation>
    </message>
    <message>
        <source>A GGUF file cannot be trained. Add the model it was made from.</source>
        <translation>GGUF 파일은 학습할 수 없습니다. 원본 모델을 추가하십시오.</translation>
    </message>
    <message>
        <source>Unpack the archive first.</source>
        <translation>먼저 압축을 푸십시오.</translation>
    </message>
    <message>
        <source>Files of this kind are not known here.</source>
        <translation>알 수 없는 종류의 파일입니다.</translation>
    </message>
    <message>
        <source>Nothing is there any more.</source>
        <translation>더 이상 존재하지 않습니다.</translation>
    </message>
    <message>
        <source>It is neither a file nor a folder.</source>
        <translation>파일도 폴더도 아닙니다.</translation>
    </message>
    <message>
        <source>Adds the model %1 to Models.</source>
        <translation>%1 모델을 모델 페이지에 추가합니다.</translation>
    </message>
    <message>
        <source>Adds %1 to Data.</source>
        <translation>%1 파일을 데이터 페이지에 추가합니다.</translation>
    </message>
    <message>
        <source>Copies the adapter %1 into Adapters.</source>
        <translation>%1 어댑터를 어댑터 페이지에 복사합니다.</translation>
    </message>
    <message>
        <source>Opens the job %1 in Train.</source>
        <translation>%1 작업을 학습 페이지에서 엽니다.</translation>
    </message>
    <message>
        <source>Shows the run %1 in Runs.</source>
        <translation>%1 실행을 실행 페이지에 표시합니다.</translation>
    </message>
    <message>
        <source>%1 cannot be opened. %2</source>
        <translation>%1 항목을 열 수 없습니다. %2</translation>
    </message>
    <message numerus="yes">
        <source>Adds %n model(s) to Models.</source>
        <translation>
            <numerusform>모델 %n개를 모델 페이지에 추가합니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Adds %n file(s) to Data.</source>
        <translation>
            <numerusform>파일 %n개를 데이터 페이지에 추가합니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copies %n adapter(s) into Adapters.</source>
        <translation>
            <numerusform>어댑터 %n개를 어댑터 페이지에 복사합니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opens %n job(s) in Train.</source>
        <translation>
            <numerusform>작업 %n개를 학습 페이지에서 엽니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Shows %n run(s) in Runs.</source>
        <translation>
            <numerusform>실행 %n개를 실행 페이지에 표시합니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) cannot be opened.</source>
        <translation>
            <numerusform>파일 %n개를 열 수 없습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more are left out.</source>
        <translation>
            <numerusform>%n개는 제외됩니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Tables of this kind cannot be read. Save it as CSV or Parquet.</source>
        <translation>이 종류의 표는 읽을 수 없습니다. CSV나 Parquet으로 저장하십시오.</translation>
    </message>
    <message>
        <source>The folder holds no data files, no config.json and no adapter_config.json.</source>
        <translation>폴더에 데이터 파일도, config.json도, adapter_config.json도 없습니다.</translation>
    </message>
</context>
<context>
    <name>app::intake::Intake</name>
    <message>
        <source>The job cannot be read</source>
        <translation>작업을 읽을 수 없습니다</translation>
    </message>
    <message>
        <source>This is no job: it names no model</source>
        <translation>작업 파일이 아닙니다. 모델이 지정되어 있지 않습니다</translation>
    </message>
    <message>
        <source>An engine still works on this run</source>
        <translation>엔진이 아직 이 실행을 처리하고 있습니다</translation>
    </message>
    <message>
        <source>Bring it in when it has ended</source>
        <translation>실행이 끝난 뒤 가져오십시오</translation>
    </message>
</context>
<context>
    <name>app::library::AdapterFolder</name>
    <message>
        <source>%1 is not an adapter: %2</source>
        <translation>%1 항목은 어댑터가 아닙니다: %2</translation>
    </message>
    <message>
        <source>Choose a folder with adapter_config.json and adapter_model.safetensors</source>
        <translation>adapter_config.json과 adapter_model.safetensors가 있는 폴더를 선택하십시오</translation>
    </message>
    <message>
        <source>its header has an impossible size</source>
        <translation>헤더의 크기가 잘못되었습니다</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 파일을 읽을 수 없습니다: %2</translation>
    </message>
    <message>
        <source>Choose a folder with adapter_config.json</source>
        <translation>adapter_config.json이 있는 폴더를 선택하십시오</translation>
    </message>
    <message>
        <source>the file is too short</source>
        <translation>파일이 너무 짧습니다</translation>
    </message>
    <message>
        <source>its header is longer than the file</source>
        <translation>헤더가 파일보다 깁니다</translation>
    </message>
</context>
<context>
    <name>app::library::Database</name>
    <message>
        <source>The library is not open</source>
        <translation>라이브러리가 열려 있지 않습니다</translation>
    </message>
    <message>
        <source>The library is damaged: %1</source>
        <translation>라이브러리가 손상되었습니다: %1</translation>
    </message>
    <message>
        <source>Restart the studio; it rebuilds the library from the runs</source>
        <translation>스튜디오를 다시 시작하면 실행 기록에서 라이브러리를 다시 만듭니다</translation>
    </message>
    <message>
        <source>The copy of the library cannot be put in place</source>
        <translation>라이브러리 사본을 제자리에 둘 수 없습니다</translation>
    </message>
    <message>
        <source>Check the permissions of the folder</source>
        <translation>폴더의 권한을 확인하십시오</translation>
    </message>
    <message>
        <source>Another program is using the library</source>
        <translation>다른 프로그램이 라이브러리를 사용하고 있습니다</translation>
    </message>
    <message>
        <source>Close the other studio or tool that has library.db open, then try again</source>
        <translation>library.db를 연 다른 스튜디오나 도구를 닫고 다시 시도하십시오</translation>
    </message>
    <message>
        <source>The library cannot be written to</source>
        <translation>라이브러리에 쓸 수 없습니다</translation>
    </message>
    <message>
        <source>Check the permissions of the file and of its folder</source>
        <translation>파일과 폴더의 권한을 확인하십시오</translation>
    </message>
    <message>
        <source>The folder of the library cannot be written to</source>
        <translation>라이브러리 폴더에 쓸 수 없습니다</translation>
    </message>
    <message>
        <source>Check its permissions, or choose another data folder in the settings</source>
        <translation>폴더의 권한을 확인하거나 설정에서 다른 데이터 폴더를 선택하십시오</translation>
    </message>
    <message>
        <source>The library cannot be opened</source>
        <translation>라이브러리를 열 수 없습니다</translation>
    </message>
    <message>
        <source>Check that its folder exists and belongs to you</source>
        <translation>폴더가 있고 소유자가 본인인지 확인하십시오</translation>
    </message>
    <message>
        <source>The disk is full; nothing was changed in the library</source>
        <translation>디스크가 가득 찼습니다. 라이브러리는 변경되지 않았습니다</translation>
    </message>
    <message>
        <source>Free some space, then try again</source>
        <translation>공간을 확보한 뒤 다시 시도하십시오</translation>
    </message>
    <message>
        <source>The disk failed while the library was being used: %1</source>
        <translation>라이브러리를 사용하는 중에 디스크 오류가 발생했습니다: %1</translation>
    </message>
    <message>
        <source>Check the free space and the health of the disk</source>
        <translation>디스크의 여유 공간과 상태를 확인하십시오</translation>
    </message>
    <message>
        <source>The library refused a contradictory entry: %1</source>
        <translation>라이브러리가 모순되는 항목을 거부했습니다: %1</translation>
    </message>
    <message>
        <source>The library failed: %1</source>
        <translation>라이브러리 오류: %1</translation>
    </message>
</context>
<context>
    <name>app::library::Library</name>
    <message>
        <source>The adapter %1 lies in the folder of this run</source>
        <translation>%1 어댑터가 이 실행의 폴더에 있습니다</translation>
    </message>
    <message>
        <source>Delete the adapter for good first</source>
        <translation>먼저 어댑터를 완전히 삭제하십시오</translation>
    </message>
</context>
<context>
    <name>app::library::Migrations</name>
    <message>
        <source>The library was written by a newer LoRA Studio (version %1 of its schema; this one knows %2)</source>
        <translation>더 새로운 LoRA Studio에서 작성한 라이브러리입니다(스키마 버전 %1, 이 프로그램은 %2까지 지원)</translation>
    </message>
    <message>
        <source>Install the newer version, or choose another data folder</source>
        <translation>새 버전을 설치하거나 다른 데이터 폴더를 선택하십시오</translation>
    </message>
    <message>
        <source>The library is only changed after a copy of it was made. %1</source>
        <translation>라이브러리는 사본을 만든 뒤에만 변경합니다. %1</translation>
    </message>
</context>
<context>
    <name>app::library::Recovery</name>
    <message>
        <source>The damaged library cannot be moved aside</source>
        <translation>손상된 라이브러리를 옮겨 둘 수 없습니다</translation>
    </message>
    <message>
        <source>Check the permissions of its folder</source>
        <translation>폴더의 권한을 확인하십시오</translation>
    </message>
</context>
<context>
    <name>app::library::Repository</name>
    <message>
        <source>This is not in the library any more</source>
        <translation>라이브러리에 더 이상 없는 항목입니다</translation>
    </message>
    <message>
        <source>Reload the page</source>
        <translation>페이지를 새로 고치십시오</translation>
    </message>
    <message>
        <source>A name cannot be empty</source>
        <translation>이름은 비워 둘 수 없습니다</translation>
    </message>
</context>
<context>
    <name>app::library::RunRecord</name>
    <message>
        <source>%1 is not a run: it has no job.json</source>
        <translation>%1 폴더는 실행이 아닙니다. job.json이 없습니다</translation>
    </message>
    <message>
        <source>The job of the run %1 cannot be read</source>
        <translation>%1 실행의 작업을 읽을 수 없습니다</translation>
    </message>
    <message>
        <source>job.json is damaged, or not from a run</source>
        <translation>job.json이 손상되었거나 실행의 파일이 아닙니다</translation>
    </message>
</context>
<context>
    <name>app::library::SideFile</name>
    <message>
        <source>The notes beside %1 cannot be read: %2</source>
        <translation>%1의 메모를 읽을 수 없습니다: %2</translation>
    </message>
    <message>
        <source>Mend or remove the file</source>
        <translation>파일을 고치거나 삭제하십시오</translation>
    </message>
    <message>
        <source>the file is too large</source>
        <translation>파일이 너무 큽니다</translation>
    </message>
</context>
<context>
    <name>app::runs::Ending</name>
    <message>
        <source>Ended at once on request, without saving</source>
        <translation>요청에 따라 저장하지 않고 즉시 종료했습니다</translation>
    </message>
    <message>
        <source>The engine could not be started</source>
        <translation>엔진을 시작하지 못했습니다</translation>
    </message>
    <message>
        <source>The engine no longer answered and was ended (%1)</source>
        <translation>엔진이 응답하지 않아 종료했습니다(%1)</translation>
    </message>
    <message>
        <source>The engine was killed from outside (%1); the system does that when memory runs out</source>
        <translation>엔진이 외부에서 강제 종료되었습니다(%1). 메모리가 부족하면 시스템이 이렇게 합니다</translation>
    </message>
    <message>
        <source>The engine crashed (%1)</source>
        <translation>엔진이 비정상 종료되었습니다(%1)</translation>
    </message>
    <message>
        <source>The engine said it was done, but the run has no manifest</source>
        <translation>엔진이 완료를 알렸지만 실행에 매니페스트가 없습니다</translation>
    </message>
    <message>
        <source>The engine said it was done, but ended with %1</source>
        <translation>엔진이 완료를 알렸지만 %1(으)로 종료되었습니다</translation>
    </message>
    <message>
        <source>The engine ended without a word (%1)</source>
        <translation>엔진이 아무 메시지 없이 종료되었습니다(%1)</translation>
    </message>
</context>
<context>
    <name>app::runs::JobQueue</name>
    <message>
        <source>The waiting jobs could not be read</source>
        <translation>대기 중인 작업을 읽지 못했습니다</translation>
    </message>
    <message>
        <source>The file was set aside as %1</source>
        <translation>파일을 %1 이름으로 옮겨 두었습니다</translation>
    </message>
</context>
<context>
    <name>app::runs::Judge</name>
    <message>
        <source>The manifest cannot be read: %1</source>
        <translation>매니페스트를 읽을 수 없습니다: %1</translation>
    </message>
    <message>
        <source>%1 is missing</source>
        <translation>%1 파일이 없습니다</translation>
    </message>
    <message>
        <source>%1 has %L2 bytes, and %L3 were written</source>
        <translation>%1 파일의 크기가 %L2바이트입니다. 기록한 크기는 %L3바이트입니다</translation>
    </message>
    <message>
        <source>Continue it from the checkpoint at step %L1</source>
        <translation>%L1단계의 체크포인트에서 이어서 학습하십시오</translation>
    </message>
    <message>
        <source>Continue it: it starts again, because there is no checkpoint yet</source>
        <translation>이어서 학습하십시오. 체크포인트가 없으므로 처음부터 시작합니다</translation>
    </message>
    <message>
        <source>The engine ended without a word</source>
        <translation>엔진이 아무 메시지 없이 종료되었습니다</translation>
    </message>
</context>
<context>
    <name>app::runs::RunCenter</name>
    <message>
        <source>Another run is active</source>
        <translation>다른 실행이 진행 중입니다</translation>
    </message>
    <message>
        <source>Wait for it, stop it, or put this job into the queue</source>
        <translation>끝나기를 기다리거나 중지하거나, 이 작업을 대기열에 넣으십시오</translation>
    </message>
    <message>
        <source>This job no longer waits</source>
        <translation>이 작업은 더 이상 대기 중이 아닙니다</translation>
    </message>
    <message>
        <source>No engine works on this run</source>
        <translation>이 실행을 처리하는 엔진이 없습니다</translation>
    </message>
    <message>
        <source>This run was not started by this window</source>
        <translation>이 창에서 시작한 실행이 아닙니다</translation>
    </message>
    <message>
        <source>Ask it to stop</source>
        <translation>먼저 중지를 요청하십시오</translation>
    </message>
    <message>
        <source>This run cannot be continued</source>
        <translation>이 실행은 이어서 학습할 수 없습니다</translation>
    </message>
    <message>
        <source>Wait for it, or stop it</source>
        <translation>끝나기를 기다리거나 중지하십시오</translation>
    </message>
</context>
<context>
    <name>app::runs::RunProcess</name>
    <message>
        <source>The engine speaks another protocol than this program</source>
        <translation>엔진과 이 프로그램의 프로토콜이 다릅니다</translation>
    </message>
    <message>
        <source>Install the studio and the engine of one version</source>
        <translation>스튜디오와 엔진을 같은 버전으로 설치하십시오</translation>
    </message>
</context>
<context>
    <name>app::studio::DataEdits</name>
    <message>
        <source>Line %1 of the edits: %2</source>
        <translation>편집 파일 %1번째 줄: %2</translation>
    </message>
    <message>
        <source>Undo what was written there, or take the line away</source>
        <translation>그 줄의 내용을 되돌리거나 줄을 지우십시오</translation>
    </message>
    <message>
        <source>it says nothing that could be done</source>
        <translation>실행할 수 있는 내용이 없습니다</translation>
    </message>
    <message>
        <source>The edits of this data cannot be read</source>
        <translation>이 데이터의 편집 내용을 읽을 수 없습니다</translation>
    </message>
</context>
<context>
    <name>app::studio::Presets</name>
    <message>
        <source>A preset needs a name</source>
        <translation>프리셋 이름을 입력하십시오</translation>
    </message>
    <message>
        <source>There is no preset of your own by this name</source>
        <translation>이 이름의 사용자 프리셋이 없습니다</translation>
    </message>
</context>
<context>
    <name>contract</name>
    <message>
        <source>Adam with decoupled weight decay</source>
        <translation>가중치 감쇠를 분리한 Adam</translation>
    </message>
    <message>
        <source>Warm-up, then half a cosine down to zero</source>
        <translation>워밍업 후 코사인 반주기로 0까지 감소</translation>
    </message>
    <message>
        <source>Warm-up, then a line down to zero</source>
        <translation>워밍업 후 직선으로 0까지 감소</translation>
    </message>
    <message>
        <source>Warm-up, then constant</source>
        <translation>워밍업 후 일정</translation>
    </message>
    <message>
        <source>Mean negative log-likelihood per trained token, in nats</source>
        <translation>학습 토큰당 음의 로그 가능도 평균(nat)</translation>
    </message>
    <message>
        <source>e to the loss</source>
        <translation>e를 손실만큼 거듭제곱한 값</translation>
    </message>
    <message>
        <source>Share of trained tokens predicted first</source>
        <translation>1순위 예측이 맞은 학습 토큰의 비율</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>코사인</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>선형</translation>
    </message>
    <message>
        <source>Constant</source>
        <translation>일정</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>퍼플렉시티</translation>
    </message>
    <message>
        <source>Token accuracy</source>
        <translation>토큰 정확도</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>드롭아웃</translation>
    </message>
    <message>
        <source>Stays 0: this method adds nothing whose inputs could be dropped.</source>
        <translation>0으로 둡니다. 이 방법은 입력을 버릴 만한 것을 더하지 않습니다.</translation>
    </message>
    <message>
        <source>AdamW in 8 bits</source>
        <translation>8비트 AdamW</translation>
    </message>
    <message>
        <source>Keeps its memory of gradients in 2 bytes a number instead of 8; tensors with less than 4096 numbers keep 8</source>
        <translation>그래디언트의 기억을 수마다 8바이트가 아닌 2바이트로 보관합니다. 수가 4096개보다 적은 텐서는 8바이트를 유지합니다</translation>
    </message>
    <message>
        <source>AdamW of the LoRA release</source>
        <translation>LoRA 공개 코드의 AdamW</translation>
    </message>
    <message>
        <source>Decay comes after the step, epsilon beside the uncorrected root</source>
        <translation>감쇠를 단계 뒤에 적용하고, 엡실론을 보정 전의 제곱근에 더합니다</translation>
    </message>
    <message>
        <source>Loss by rank</source>
        <translation>랭크별 손실</translation>
    </message>
    <message>
        <source>The loss at rank 1, 2, … of an adapter with nested ranks</source>
        <translation>중첩 랭크 어댑터의 랭크 1, 2, …에서 잰 손실</translation>
    </message>
    <message>
        <source>Share of an adapter&apos;s inputs that is dropped at random in training.</source>
        <translation>학습할 때 무작위로 버리는 어댑터 입력의 비율입니다.</translation>
    </message>
</context>
<context>
    <name>engine::contract</name>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>The base model that is fine-tuned.</source>
        <translation>미세 조정할 베이스 모델입니다.</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
    <message>
        <source>What is learnt from, and how it becomes tokens.</source>
        <translation>무엇을 배우고 어떻게 토큰으로 바꾸는지 정합니다.</translation>
    </message>
    <message>
        <source>Objective</source>
        <translation>목표</translation>
    </message>
    <message>
        <source>What the loss measures.</source>
        <translation>손실이 무엇을 재는지 정합니다.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>Which weights are trained, and how.</source>
        <translation>어떤 가중치를 어떻게 학습하는지 정합니다.</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>How long, how fast, and when to look.</source>
        <translation>얼마나 오래, 얼마나 빠르게 학습하고 언제 확인하는지 정합니다.</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>실행 환경</translation>
    </message>
    <message>
        <source>Where it is computed.</source>
        <translation>어디에서 계산하는지 정합니다.</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>출력</translation>
    </message>
    <message>
        <source>What is written when it is done.</source>
        <translation>완료되면 무엇을 기록하는지 정합니다.</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>베이스 모델</translation>
    </message>
    <message>
        <source>Folder of the model to fine-tune, with config.json and safetensors files.</source>
        <translation>config.json과 safetensors 파일이 있는, 미세 조정할 모델의 폴더입니다.</translation>
    </message>
    <message>
        <source>Weight precision</source>
        <translation>가중치 정밀도</translation>
    </message>
    <message>
        <source>Number format of the frozen weights in memory; auto keeps the stored one.</source>
        <translation>메모리에 두는 고정 가중치의 숫자 형식입니다. auto는 저장된 형식을 유지합니다.</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>양자화</translation>
    </message>
    <message>
        <source>Compression of the frozen weights of the blocks: nf4 keeps them in 4 bits (QLoRA), int8 in 8, none as they are. Less memory, a little less quality.</source>
        <translation>블록의 고정 가중치를 압축하는 방식입니다. nf4는 4비트(QLoRA), int8은 8비트로 두고 none은 그대로 둡니다. 메모리는 줄고 품질은 조금 낮아집니다.</translation>
    </message>
    <message>
        <source>Quantize the scales too</source>
        <translation>배율도 양자화</translation>
    </message>
    <message>
        <source>Saves another 0.37 bits per weight of nf4, as good as without loss.</source>
        <translation>nf4에서 가중치당 0.37비트를 더 아끼며, 손실은 거의 없습니다.</translation>
    </message>
    <message>
        <source>Adapters below</source>
        <translation>병합할 어댑터</translation>
    </message>
    <message>
        <source>Adapters merged into the frozen base before training, each as {&quot;path&quot;: …, &quot;scale&quot;: 1}.</source>
        <translation>학습 전에 고정된 베이스에 병합할 어댑터입니다. 각각 {&quot;path&quot;: …, &quot;scale&quot;: 1} 형식입니다.</translation>
    </message>
    <message>
        <source>Validation data</source>
        <translation>검증 데이터</translation>
    </message>
    <message>
        <source>Separate file to measure on; empty takes a part of the training data.</source>
        <translation>검증에 쓸 별도 파일입니다. 비우면 학습 데이터의 일부를 씁니다.</translation>
    </message>
    <message>
        <source>Validation share</source>
        <translation>검증 비율</translation>
    </message>
    <message>
        <source>Part of the training data held back to measure on; 0 measures nothing.</source>
        <translation>검증용으로 떼어 둘 학습 데이터의 비율입니다. 0이면 검증하지 않습니다.</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>채팅 템플릿</translation>
    </message>
    <message>
        <source>How turns become text: auto takes the template of the adapter that training goes on from, else the model&apos;s own, else plain; or the path of a template file.</source>
        <translation>턴을 텍스트로 바꾸는 방식입니다. auto는 이어서 학습하는 어댑터의 템플릿을, 없으면 모델의 템플릿을, 그것도 없으면 plain을 씁니다. 템플릿 파일의 경로도 쓸 수 있습니다.</translation>
    </message>
    <message>
        <source>Train on</source>
        <translation>학습 범위</translation>
    </message>
    <message>
        <source>Which tokens carry loss: every answer, only the last answer, or all text.</source>
        <translation>손실을 계산할 토큰입니다. 모든 답변, 마지막 답변만, 또는 전체 텍스트 중에서 고릅니다.</translation>
    </message>
    <message>
        <source>Too long</source>
        <translation>길이 초과 처리</translation>
    </message>
    <message>
        <source>What happens to a sample above the maximum length: cut the prompt side, cut the end, leave it out, or split it.</source>
        <translation>최대 길이를 넘는 샘플의 처리 방식입니다. 프롬프트 쪽을 자르거나, 끝을 자르거나, 제외하거나, 나눕니다.</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>Maximum length</source>
        <translation>최대 길이</translation>
    </message>
    <message>
        <source>Longest sample in tokens; never more than the model&apos;s context.</source>
        <translation>토큰 수로 나타낸 가장 긴 샘플이며 모델의 컨텍스트를 넘을 수 없습니다.</translation>
    </message>
    <message>
        <source>Packing</source>
        <translation>패킹</translation>
    </message>
    <message>
        <source>Put several short samples into one sequence. Faster; they do not see each other.</source>
        <translation>짧은 샘플 여러 개를 한 시퀀스에 넣습니다. 더 빠르며 샘플끼리 서로 보지 않습니다.</translation>
    </message>
    <message>
        <source>Training data</source>
        <translation>학습 데이터</translation>
    </message>
    <message>
        <source>File or folder with the examples to learn from.</source>
        <translation>학습할 예시가 있는 파일 또는 폴더입니다.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>How the file is read; auto detects it from the content.</source>
        <translation>파일을 읽는 방식입니다. auto는 내용을 보고 판단합니다.</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>열</translation>
    </message>
    <message>
        <source>The role of each column, as {&quot;column&quot;: &quot;role&quot;}; empty detects them.</source>
        <translation>각 열의 역할이며 {&quot;column&quot;: &quot;role&quot;} 형식입니다. 비우면 자동으로 판단합니다.</translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation>섞기</translation>
    </message>
    <message>
        <source>Take the samples in a new random order each epoch.</source>
        <translation>에포크마다 샘플 순서를 새로 무작위로 섞습니다.</translation>
    </message>
    <message>
        <source>Group by length</source>
        <translation>길이별 묶기</translation>
    </message>
    <message>
        <source>Put samples of similar length into one batch. Less padding, less random.</source>
        <translation>길이가 비슷한 샘플을 한 배치에 넣습니다. 패딩이 줄지만 무작위성도 줄어듭니다.</translation>
    </message>
    <message>
        <source>What is learnt: causal_lm predicts the next token.</source>
        <translation>학습 내용입니다. causal_lm은 다음 토큰을 예측합니다.</translation>
    </message>
    <message>
        <source>Continue adapter</source>
        <translation>이어서 학습할 어댑터</translation>
    </message>
    <message>
        <source>Folder of an adapter of the same method to go on from; empty starts anew.</source>
        <translation>이어서 학습할, 같은 방법으로 만든 어댑터의 폴더입니다. 비우면 새로 시작합니다.</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>How often the whole training data is seen.</source>
        <translation>전체 학습 데이터를 보는 횟수입니다.</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Maximum steps</source>
        <translation>최대 단계</translation>
    </message>
    <message>
        <source>Stop after so many optimiser steps, whatever the epochs; 0 = by epochs.</source>
        <translation>에포크와 상관없이 이 옵티마이저 단계 수에서 멈춥니다. 0이면 에포크를 따릅니다.</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>샘플</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>배치 크기</translation>
    </message>
    <message>
        <source>Samples computed together; packed sequences when packing is on.</source>
        <translation>함께 계산하는 샘플 수입니다. 패킹을 켜면 패킹한 시퀀스 수입니다.</translation>
    </message>
    <message>
        <source>Batch tokens</source>
        <translation>배치 토큰</translation>
    </message>
    <message>
        <source>Upper limit of tokens in a batch, padding included; 0 = no limit.</source>
        <translation>패딩을 포함한 배치의 토큰 상한입니다. 0이면 제한이 없습니다.</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>배치</translation>
    </message>
    <message>
        <source>Accumulate</source>
        <translation>누적</translation>
    </message>
    <message>
        <source>Batches summed up for one optimiser step. Less memory than a large batch.</source>
        <translation>옵티마이저 한 단계에 합산하는 배치 수입니다. 큰 배치보다 메모리를 덜 씁니다.</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>Size of a step at its peak. Too high diverges, too low learns nothing.</source>
        <translation>최고점에서 한 단계의 크기입니다. 너무 높으면 발산하고 너무 낮으면 배우지 못합니다.</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>스케줄</translation>
    </message>
    <message>
        <source>How the learning rate falls after the warm-up.</source>
        <translation>워밍업 이후 학습률이 줄어드는 방식입니다.</translation>
    </message>
    <message>
        <source>Warm-up share</source>
        <translation>워밍업 비율</translation>
    </message>
    <message>
        <source>Part of all steps in which the learning rate rises from 0.</source>
        <translation>전체 단계 가운데 학습률이 0에서 올라가는 구간의 비율입니다.</translation>
    </message>
    <message>
        <source>Warm-up steps</source>
        <translation>워밍업 단계</translation>
    </message>
    <message>
        <source>Steps in which the learning rate rises from 0; 0 = by the share.</source>
        <translation>학습률이 0에서 올라가는 단계 수입니다. 0이면 비율을 따릅니다.</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>옵티마이저</translation>
    </message>
    <message>
        <source>The rule that turns gradients into steps.</source>
        <translation>그래디언트를 갱신 단계로 바꾸는 규칙입니다.</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>가중치 감쇠</translation>
    </message>
    <message>
        <source>Pull of the trained weights towards 0, in units of the learning rate.</source>
        <translation>학습하는 가중치를 0 쪽으로 당기는 힘이며 학습률 단위입니다.</translation>
    </message>
    <message>
        <source>Beta 1</source>
        <translation>베타 1</translation>
    </message>
    <message>
        <source>Memory of the mean gradient; 0 = none.</source>
        <translation>그래디언트 평균의 기억 정도입니다. 0이면 기억하지 않습니다.</translation>
    </message>
    <message>
        <source>Beta 2</source>
        <translation>베타 2</translation>
    </message>
    <message>
        <source>Memory of the squared gradient; 0 = none.</source>
        <translation>그래디언트 제곱의 기억 정도입니다. 0이면 기억하지 않습니다.</translation>
    </message>
    <message>
        <source>Epsilon</source>
        <translation>엡실론</translation>
    </message>
    <message>
        <source>Gradient limit</source>
        <translation>그래디언트 상한</translation>
    </message>
    <message>
        <source>Gradients with a larger norm are scaled down to it; 0 = off.</source>
        <translation>노름이 이보다 큰 그래디언트를 이 값으로 줄입니다. 0이면 끕니다.</translation>
    </message>
    <message>
        <source>Label smoothing</source>
        <translation>레이블 스무딩</translation>
    </message>
    <message>
        <source>Share of the training loss that all tokens of the vocabulary share alike, so that the model does not grow too sure; evaluation stays without it. The LoRA paper&apos;s GPT-2 runs took 0.1.</source>
        <translation>학습 손실 중 어휘의 모든 토큰에 고르게 나누는 비율로, 모델이 지나치게 확신하지 않게 합니다. 평가에는 쓰지 않습니다. LoRA 논문의 GPT-2 실험은 0.1을 썼습니다.</translation>
    </message>
    <message>
        <source>Compute precision</source>
        <translation>연산 정밀도</translation>
    </message>
    <message>
        <source>auto = bfloat16 where the device multiplies it natively, else float32. Adapters, moments and loss are always float32.</source>
        <translation>auto는 장치가 bfloat16 곱셈을 기본 지원하면 bfloat16, 아니면 float32입니다. 어댑터, 모멘트, 손실은 항상 float32입니다.</translation>
    </message>
    <message>
        <source>Compute again</source>
        <translation>재계산</translation>
    </message>
    <message>
        <source>What the backward pass computes again instead of keeping it: less memory, more time, the same result. mlp = gate and up, block = all but each block&apos;s input; auto = nothing, or what a GPU&apos;s memory wants.</source>
        <translation>역전파에서 저장해 두지 않고 다시 계산할 부분입니다. 메모리는 줄고 시간은 늘며 결과는 같습니다. mlp는 gate와 up, block은 각 블록의 입력을 뺀 전부입니다. auto는 다시 계산하지 않거나, GPU에서는 메모리에 맞춰 정합니다.</translation>
    </message>
    <message>
        <source>Evaluate every</source>
        <translation>검증 간격</translation>
    </message>
    <message>
        <source>Optimiser steps between two evaluations; 0 = at the end of each epoch.</source>
        <translation>두 검증 사이의 옵티마이저 단계 수입니다. 0이면 에포크가 끝날 때마다 검증합니다.</translation>
    </message>
    <message>
        <source>Save every</source>
        <translation>저장 간격</translation>
    </message>
    <message>
        <source>Optimiser steps between two checkpoints; 0 = at the end of each epoch.</source>
        <translation>두 체크포인트 사이의 옵티마이저 단계 수입니다. 0이면 에포크가 끝날 때마다 저장합니다.</translation>
    </message>
    <message>
        <source>Sample every</source>
        <translation>샘플 간격</translation>
    </message>
    <message>
        <source>Optimiser steps between two rounds of sample prompts; 0 = at the end of each epoch.</source>
        <translation>샘플 프롬프트에 답하는 간격의 옵티마이저 단계 수입니다. 0이면 에포크가 끝날 때마다 답합니다.</translation>
    </message>
    <message>
        <source>Keep checkpoints</source>
        <translation>보관할 체크포인트</translation>
    </message>
    <message>
        <source>Older ones are deleted; the best and the last always stay.</source>
        <translation>오래된 것은 삭제되며, 가장 좋은 것과 마지막 것은 항상 남습니다.</translation>
    </message>
    <message>
        <source>evaluations</source>
        <translation>회</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>조기 중지</translation>
    </message>
    <message>
        <source>Stop after so many evaluations without a better loss; 0 = never. Needs validation data.</source>
        <translation>손실이 나아지지 않은 검증이 이 횟수만큼 이어지면 멈춥니다. 0이면 멈추지 않습니다. 검증 데이터가 필요합니다.</translation>
    </message>
    <message>
        <source>Sample prompts</source>
        <translation>샘플 프롬프트</translation>
    </message>
    <message>
        <source>Prompts answered during training, to watch the model change.</source>
        <translation>모델의 변화를 볼 수 있도록 학습 도중에 답하는 프롬프트입니다.</translation>
    </message>
    <message>
        <source>Sample length</source>
        <translation>샘플 길이</translation>
    </message>
    <message>
        <source>Longest answer to a sample prompt, in tokens.</source>
        <translation>샘플 프롬프트에 대한 답변의 최대 길이(토큰)입니다.</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Free disk space</source>
        <translation>디스크 여유 공간</translation>
    </message>
    <message>
        <source>Stop with a checkpoint before less than this is left, in megabytes.</source>
        <translation>여유 공간이 이 값(MB)보다 줄기 전에 체크포인트를 저장하고 멈춥니다.</translation>
    </message>
    <message>
        <source>Deterministic</source>
        <translation>결정적 계산</translation>
    </message>
    <message>
        <source>The same job on the same machine gives the same bytes.</source>
        <translation>같은 컴퓨터에서 같은 작업을 하면 바이트까지 같은 결과가 나옵니다.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>시드</translation>
    </message>
    <message>
        <source>Start of every random choice.</source>
        <translation>모든 무작위 선택의 시작값입니다.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>장치</translation>
    </message>
    <message>
        <source>Where the model is computed.</source>
        <translation>모델을 계산하는 장치입니다.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>스레드</translation>
    </message>
    <message>
        <source>Processor threads to compute on; 0 = all physical cores.</source>
        <translation>계산에 쓸 프로세서 스레드 수입니다. 0이면 물리 코어를 모두 씁니다.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Name of the run and its adapter: letters, digits, dots, underscores, hyphens, Hangul; empty takes the model and the method.</source>
        <translation>실행과 어댑터의 이름입니다. 글자, 숫자, 마침표, 밑줄, 붙임표, 한글을 쓸 수 있으며 비우면 모델과 방법을 따릅니다.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>File formats written when training is done.</source>
        <translation>학습이 끝나면 기록할 파일 형식입니다.</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>최대 답변 길이</translation>
    </message>
    <message>
        <source>The answer ends after so many tokens even when it is not finished.</source>
        <translation>끝나지 않았더라도 이 토큰 수에서 답변을 마칩니다.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>온도</translation>
    </message>
    <message>
        <source>0 always takes the most probable token. Higher values take less probable ones more often.</source>
        <translation>0이면 항상 확률이 가장 높은 토큰을 고릅니다. 높일수록 확률이 낮은 토큰을 더 자주 고릅니다.</translation>
    </message>
    <message>
        <source>Top p</source>
        <translation>Top p</translation>
    </message>
    <message>
        <source>Keeps the most probable tokens up to this sum of probabilities.</source>
        <translation>확률의 합이 이 값에 이를 때까지 확률이 높은 토큰만 남깁니다.</translation>
    </message>
    <message>
        <source>Top k</source>
        <translation>Top k</translation>
    </message>
    <message>
        <source>Keeps so many of the most probable tokens. 0 keeps all.</source>
        <translation>확률이 높은 토큰을 이 개수만큼 남깁니다. 0이면 모두 남깁니다.</translation>
    </message>
    <message>
        <source>Min p</source>
        <translation>Min p</translation>
    </message>
    <message>
        <source>Drops tokens below this share of the best one&apos;s probability.</source>
        <translation>확률이 가장 높은 토큰의 이 비율보다 낮은 토큰을 버립니다.</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>반복 페널티</translation>
    </message>
    <message>
        <source>Above 1, tokens that already stand in the text become less probable. 1 changes nothing.</source>
        <translation>1보다 크면 텍스트에 이미 나온 토큰의 확률이 낮아집니다. 1이면 변화가 없습니다.</translation>
    </message>
    <message>
        <source>The same seed and settings give the same answer.</source>
        <translation>시드와 설정이 같으면 답변도 같습니다.</translation>
    </message>
    <message>
        <source>Stop texts</source>
        <translation>중지 텍스트</translation>
    </message>
    <message>
        <source>The answer ends before any of these texts.</source>
        <translation>이 텍스트가 나오기 전에 답변을 마칩니다.</translation>
    </message>
    <message>
        <source>Together with</source>
        <translation>함께 학습할 방법</translation>
    </message>
    <message>
        <source>Further methods trained at the same time, each as {&quot;id&quot;: &quot;prefix_embedding&quot;, &quot;prefix_tokens&quot;: 8}.</source>
        <translation>동시에 학습할 다른 방법들입니다. 각각 {&quot;id&quot;: &quot;prefix_embedding&quot;, &quot;prefix_tokens&quot;: 8} 꼴로 적습니다.</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>잡음</translation>
    </message>
    <message>
        <source>Random noise on the embeddings of the training texts (NEFTune), which makes answers longer and less tied to their wording; 5 is usual, 0 = none.</source>
        <translation>학습할 글의 임베딩에 더하는 무작위 잡음입니다(NEFTune). 답이 길어지고 표현에 덜 얽매이게 합니다. 보통 5이며, 0이면 넣지 않습니다.</translation>
    </message>
    <message>
        <source>Small number that keeps the step finite where gradients vanish. With adamw_loralib it is 1e-6 unless it is set.</source>
        <translation>그래디언트가 사라질 때 단계를 유한하게 유지하는 작은 수입니다. adamw_loralib에서는 따로 정하지 않으면 1e-6입니다.</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>편집 내용</translation>
    </message>
    <message>
        <source>File of changed and deleted rows; the data itself stays as it is.</source>
        <translation>바꾸거나 삭제한 행을 담은 파일. 데이터 자체는 그대로 둡니다.</translation>
    </message>
    <message>
        <source>Quantize embeddings too</source>
        <translation>임베딩도 양자화</translation>
    </message>
    <message>
        <source>Holds the token embedding and the output head in the same form as the blocks: a large share of a small model. They cannot be trained in place then.</source>
        <translation>토큰 임베딩과 출력 헤드도 블록과 같은 형식으로 둡니다. 작은 모델에서는 큰 비중을 차지합니다. 이때 이 가중치는 직접 학습할 수 없습니다.</translation>
    </message>
    <message>
        <source>Several sources</source>
        <translation>여러 출처</translation>
    </message>
    <message>
        <source>Instead of one file several that are trained together, each as {&quot;path&quot;: …, &quot;weight&quot;: 1}: how often its samples are seen in an epoch.</source>
        <translation>파일 하나 대신 함께 학습할 여러 파일. 각각 {&quot;path&quot;: …, &quot;weight&quot;: 1} 형식이며, weight는 한 에포크에 그 샘플을 몇 번 보는지를 뜻합니다.</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>인코딩</translation>
    </message>
    <message>
        <source>How the bytes of a text file are letters; auto finds it out. Give it where letters come out wrong.</source>
        <translation>텍스트 파일의 바이트를 글자로 읽는 방식. auto는 스스로 알아냅니다. 글자가 깨져 보일 때 지정하세요.</translation>
    </message>
</context>
<context>
    <name>engine::data</name>
    <message>
        <source>Pairs of sentences with how alike they are, from 0 to 5</source>
        <translation>문장 쌍과 0~5의 유사도</translation>
    </message>
    <message>
        <source>Pairs of sentences: the same in other words, or not</source>
        <translation>문장 쌍: 같은 뜻의 다른 표현인지 아닌지</translation>
    </message>
    <message>
        <source>Pairs of questions: the same question, or not</source>
        <translation>질문 쌍: 같은 질문인지 아닌지</translation>
    </message>
    <message>
        <source>Questions with a sentence that answers them, or does not</source>
        <translation>질문과 그 답이 되거나 되지 않는 문장</translation>
    </message>
    <message>
        <source>Pairs of sentences: the second follows, contradicts, or neither</source>
        <translation>문장 쌍: 둘째가 함의, 모순, 또는 중립</translation>
    </message>
    <message>
        <source>Sentences that are good English, or not; a table without a header</source>
        <translation>올바른 영어인지 아닌지 표시한 문장, 머리글 없는 표</translation>
    </message>
    <message>
        <source>Korean pairs of sentences: the second follows, contradicts, or neither</source>
        <translation>한국어 문장 쌍: 둘째가 함의, 모순, 또는 중립</translation>
    </message>
    <message>
        <source>Korean headlines with their topic</source>
        <translation>한국어 기사 제목과 그 주제</translation>
    </message>
    <message>
        <source>Korean film reviews, good or bad</source>
        <translation>한국어 영화 리뷰, 긍정 또는 부정</translation>
    </message>
    <message>
        <source>Questions to a bank with what they want, 77 kinds</source>
        <translation>은행에 묻는 질문과 그 의도, 77종</translation>
    </message>
    <message>
        <source>Requests with what they want, 150 kinds; rows are lists of two</source>
        <translation>요청과 그 의도, 150종. 각 행은 두 항목의 목록</translation>
    </message>
    <message>
        <source>Korean questions and answers of everyday talk</source>
        <translation>일상 대화의 한국어 질문과 답변</translation>
    </message>
    <message>
        <source>Korean questions and answers, columns named so</source>
        <translation>열 이름이 질문과 답변인 한국어 데이터</translation>
    </message>
    <message>
        <source>Facts about restaurants and a sentence that says them</source>
        <translation>식당에 관한 사실과 이를 말하는 문장</translation>
    </message>
    <message>
        <source>The same as lines: facts || sentence</source>
        <translation>같은 내용을 한 줄로: 사실 || 문장</translation>
    </message>
    <message>
        <source>Questions and the SQL that answers them</source>
        <translation>질문과 그에 답하는 SQL</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::alpaca</name>
    <message>
        <source>Alpaca</source>
        <translation>Alpaca</translation>
    </message>
    <message>
        <source>Instruction, optional input, and the output to learn</source>
        <translation>지시문, 선택적인 입력, 학습할 출력</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::classification</name>
    <message>
        <source>Texts with a class</source>
        <translation>분류가 붙은 텍스트</translation>
    </message>
    <message>
        <source>A text, or two, and the class it belongs to</source>
        <translation>하나 또는 두 개의 텍스트와 그 분류</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::messages</name>
    <message>
        <source>Messages</source>
        <translation>메시지</translation>
    </message>
    <message>
        <source>Conversations with roles, as OpenAI or ShareGPT write them</source>
        <translation>OpenAI나 ShareGPT 형식의 역할이 있는 대화</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::plain_text</name>
    <message>
        <source>Plain text</source>
        <translation>일반 텍스트</translation>
    </message>
    <message>
        <source>A text file as one document, cut into windows; the last ones validate</source>
        <translation>창 단위로 나누는 한 문서짜리 텍스트 파일이며 마지막 창으로 검증</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::preference</name>
    <message>
        <source>Preference pairs</source>
        <translation>선호 쌍</translation>
    </message>
    <message>
        <source>A prompt with a better and a worse answer: chosen and rejected</source>
        <translation>더 나은 답변과 더 못한 답변이 있는 프롬프트: chosen과 rejected</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::prompt_completion</name>
    <message>
        <source>Prompt and completion</source>
        <translation>프롬프트와 완성</translation>
    </message>
    <message>
        <source>A prompt or question, and the completion or answer to learn</source>
        <translation>프롬프트나 질문, 그리고 학습할 완성문이나 답변</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::regression</name>
    <message>
        <source>Texts with a score</source>
        <translation>점수가 붙은 텍스트</translation>
    </message>
    <message>
        <source>A text, or two, and a number to predict</source>
        <translation>하나 또는 두 개의 텍스트와 예측할 숫자</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::text</name>
    <message>
        <source>Text rows</source>
        <translation>텍스트 행</translation>
    </message>
    <message>
        <source>One text a row, learnt from the first token to the last</source>
        <translation>행마다 텍스트 하나, 처음부터 끝까지 학습</translation>
    </message>
</context>
<context>
    <name>engine::data::formats::unpaired</name>
    <message>
        <source>Wanted and unwanted answers</source>
        <translation>바람직한 답변과 바람직하지 않은 답변</translation>
    </message>
    <message>
        <source>Conversations with a label, true where the answer is wanted (KTO)</source>
        <translation>답변이 바람직하면 true인 라벨이 붙은 대화(KTO)</translation>
    </message>
</context>
<context>
    <name>engine::estimate</name>
    <message>
        <source>Embeddings</source>
        <translation>임베딩</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>어텐션</translation>
    </message>
    <message>
        <source>Biases of attention</source>
        <translation>어텐션의 편향</translation>
    </message>
    <message>
        <source>MLP</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>Biases of the MLP</source>
        <translation>MLP의 편향</translation>
    </message>
    <message>
        <source>Norms</source>
        <translation>정규화</translation>
    </message>
    <message>
        <source>Biases of norms</source>
        <translation>정규화의 편향</translation>
    </message>
    <message>
        <source>Output head</source>
        <translation>출력 헤드</translation>
    </message>
    <message>
        <source>Bias of the output head</source>
        <translation>출력 헤드의 편향</translation>
    </message>
    <message>
        <source>Modules after attention</source>
        <translation>어텐션 뒤의 모듈</translation>
    </message>
    <message>
        <source>Modules after the MLP</source>
        <translation>MLP 뒤의 모듈</translation>
    </message>
    <message>
        <source>Virtual tokens</source>
        <translation>가상 토큰</translation>
    </message>
    <message>
        <source>States of virtual tokens after every block</source>
        <translation>모든 블록 뒤의 가상 토큰 상태</translation>
    </message>
</context>
<context>
    <name>engine::exporters::bitsandbytes</name>
    <message>
        <source>it adds to the model instead of changing its weights</source>
        <translation>모델의 가중치를 바꾸지 않고 모델에 더합니다</translation>
    </message>
    <message>
        <source>4-bit model (bitsandbytes NF4)</source>
        <translation>4비트 모델(bitsandbytes NF4)</translation>
    </message>
    <message>
        <source>A model folder with packed weights, for transformers + bitsandbytes; adapters are merged before they are packed</source>
        <translation>가중치를 4비트로 압축한 모델 폴더이며 transformers + bitsandbytes에서 사용, 어댑터는 압축하기 전에 병합됩니다</translation>
    </message>
    <message>
        <source>8-bit model (bitsandbytes int8)</source>
        <translation>8비트 모델(bitsandbytes int8)</translation>
    </message>
    <message>
        <source>A model folder with weights in 8 bits, for transformers + bitsandbytes; adapters are merged before they are packed</source>
        <translation>가중치를 8비트로 압축한 모델 폴더이며 transformers + bitsandbytes에서 사용, 어댑터는 압축하기 전에 병합됩니다</translation>
    </message>
    <message>
        <source>Token embedding and output head are written dense: transformers packs the layers between them alone.</source>
        <translation>토큰 임베딩과 출력 헤드는 압축하지 않고 저장됩니다. transformers는 그 사이의 층만 압축합니다.</translation>
    </message>
</context>
<context>
    <name>engine::exporters::loralib</name>
    <message>
        <source>loralib checkpoint</source>
        <translation>loralib 체크포인트</translation>
    </message>
    <message>
        <source>The adapter alone, for programs built on Microsoft&apos;s loralib</source>
        <translation>어댑터만 저장하며 Microsoft loralib 기반 프로그램에서 사용</translation>
    </message>
    <message>
        <source>loralib holds low-rank updates alone</source>
        <translation>loralib는 저랭크 업데이트만 담습니다</translation>
    </message>
</context>
<context>
    <name>engine::exporters::merged</name>
    <message>
        <source>Merged model</source>
        <translation>병합 모델</translation>
    </message>
    <message>
        <source>A model folder with the adapters inside, for transformers, llama.cpp, Ollama and mlx</source>
        <translation>어댑터를 병합한 모델 폴더이며 transformers, llama.cpp, Ollama, mlx에서 사용</translation>
    </message>
    <message>
        <source>it adds to the model instead of changing its weights</source>
        <translation>모델의 가중치를 바꾸지 않고 모델에 더합니다</translation>
    </message>
</context>
<context>
    <name>engine::exporters::peft</name>
    <message>
        <source>PEFT adapter</source>
        <translation>PEFT 어댑터</translation>
    </message>
    <message>
        <source>The adapter alone, for transformers + PEFT and every program that reads PEFT folders</source>
        <translation>어댑터만 저장하며 transformers + PEFT와 PEFT 폴더를 읽는 모든 프로그램에서 사용</translation>
    </message>
    <message>
        <source>PEFT has no such method</source>
        <translation>PEFT에는 이 방법이 없습니다</translation>
    </message>
</context>
<context>
    <name>engine::methods</name>
    <message>
        <source>Bottleneck</source>
        <translation>병목 크기</translation>
    </message>
    <message>
        <source>Inner size of each adapter. More can learn more and costs time and memory in proportion, in training and in use.</source>
        <translation>어댑터 안쪽의 크기입니다. 클수록 더 많이 배우지만, 학습할 때도 쓸 때도 그만큼 시간과 메모리가 듭니다.</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>활성화 함수</translation>
    </message>
    <message>
        <source>The non-linearity between the two layers of an adapter.</source>
        <translation>어댑터의 두 층 사이에 놓이는 비선형 함수입니다.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>층</translation>
    </message>
    <message>
        <source>all, or a list of block indices: AdapterDrop leaves out the first ones.</source>
        <translation>all 또는 블록 번호의 목록입니다. AdapterDrop은 앞쪽 블록을 뺍니다.</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>Virtual tokens</source>
        <translation>가상 토큰</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>Inner size of the update of every target. More rank can learn more and costs memory in proportion.</source>
        <translation>대상별 갱신 행렬의 내부 크기입니다. 클수록 더 많이 배울 수 있고 그만큼 메모리를 더 씁니다.</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>알파</translation>
    </message>
    <message>
        <source>The update is scaled by alpha / rank. Twice the rank is a good start.</source>
        <translation>갱신에 알파 / 랭크를 곱합니다. 랭크의 두 배로 시작하는 것이 좋습니다.</translation>
    </message>
    <message>
        <source>Target modules</source>
        <translation>대상 모듈</translation>
    </message>
    <message>
        <source>all-linear, a list of names or short names (q k v o gate up down fc_in fc_out), or a regular expression.</source>
        <translation>all-linear, 이름이나 짧은 이름(q k v o gate up down fc_in fc_out)의 목록, 또는 정규식입니다.</translation>
    </message>
    <message>
        <source>Excluded modules</source>
        <translation>제외할 모듈</translation>
    </message>
    <message>
        <source>Modules that stay frozen although a target pattern names them. Same forms as the targets.</source>
        <translation>대상 패턴에 들어도 고정해 두는 모듈입니다. 형식은 대상과 같습니다.</translation>
    </message>
    <message>
        <source>all, or a list of block indices; the first block is 0.</source>
        <translation>all 또는 블록 번호의 목록입니다. 첫 블록은 0입니다.</translation>
    </message>
    <message>
        <source>Rank by module</source>
        <translation>모듈별 랭크</translation>
    </message>
    <message>
        <source>Another rank for some modules: end of the name or regular expression, and the rank.</source>
        <translation>일부 모듈에 다른 랭크를 씁니다. 이름의 끝이나 정규식, 그리고 랭크를 적습니다.</translation>
    </message>
    <message>
        <source>Alpha by module</source>
        <translation>모듈별 알파</translation>
    </message>
    <message>
        <source>Another alpha for some modules: end of the name or regular expression, and the alpha.</source>
        <translation>일부 모듈에 다른 알파를 씁니다. 이름의 끝이나 정규식, 그리고 알파를 적습니다.</translation>
    </message>
    <message>
        <source>Rank-stabilised scale</source>
        <translation>랭크 안정화 배율</translation>
    </message>
    <message>
        <source>Scales by alpha / √rank, which keeps large ranks learning (rsLoRA).</source>
        <translation>배율로 알파 / √랭크를 써서 랭크가 커도 학습이 유지됩니다(rsLoRA).</translation>
    </message>
    <message>
        <source>LoRA+ ratio</source>
        <translation>LoRA+ 비율</translation>
    </message>
    <message>
        <source>Learning rate of B relative to A. 1 is plain LoRA; LoRA+ suggests 16.</source>
        <translation>A에 대한 B의 학습률 비율입니다. 1은 일반 LoRA이며 LoRA+는 16을 권합니다.</translation>
    </message>
    <message>
        <source>Trained biases</source>
        <translation>학습할 편향</translation>
    </message>
    <message>
        <source>none, the biases of the targets (lora_only), or every bias of the model (all).</source>
        <translation>none은 없음, lora_only는 대상의 편향, all은 모델의 모든 편향입니다.</translation>
    </message>
    <message>
        <source>Modules trained in full</source>
        <translation>전체 학습할 모듈</translation>
    </message>
    <message>
        <source>Names of modules whose own weights are trained and saved with the adapter.</source>
        <translation>자체 가중치를 학습하고 어댑터와 함께 저장할 모듈의 이름입니다.</translation>
    </message>
    <message>
        <source>Prefix tokens</source>
        <translation>앞 토큰</translation>
    </message>
    <message>
        <source>Trained tokens before every text. They take that much of the context.</source>
        <translation>모든 글 앞에 놓이는 학습된 토큰입니다. 그만큼 컨텍스트를 차지합니다.</translation>
    </message>
    <message>
        <source>Infix tokens</source>
        <translation>사이 토큰</translation>
    </message>
    <message>
        <source>Trained tokens between the prompt and the answer. They take that much of the context.</source>
        <translation>프롬프트와 답 사이에 놓이는 학습된 토큰입니다. 그만큼 컨텍스트를 차지합니다.</translation>
    </message>
</context>
<context>
    <name>engine::methods::adalora</name>
    <message>
        <source>Low-rank updates whose ranks are allotted while training goes on</source>
        <translation>학습하는 동안 랭크를 나누어 주는 저랭크 갱신입니다</translation>
    </message>
    <message>
        <source>Initial rank</source>
        <translation>처음 랭크</translation>
    </message>
    <message>
        <source>Rank of every target&apos;s update at the start of training.</source>
        <translation>학습을 시작할 때 대상별 갱신 행렬의 랭크입니다.</translation>
    </message>
    <message>
        <source>Target rank</source>
        <translation>목표 랭크</translation>
    </message>
    <message>
        <source>Mean rank at the end: targets that matter more keep more of it.</source>
        <translation>끝났을 때의 평균 랭크입니다. 더 중요한 대상이 더 많이 가집니다.</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>알파</translation>
    </message>
    <message>
        <source>The update is scaled by alpha / initial rank.</source>
        <translation>갱신에 알파 / 처음 랭크를 곱합니다.</translation>
    </message>
    <message>
        <source>all-linear, a list of names or short names (q k v o gate up down fc_in fc_out), or a regular expression.</source>
        <translation>all-linear, 이름이나 짧은 이름(q k v o gate up down fc_in fc_out)의 목록, 또는 정규식입니다.</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Steps before allocation</source>
        <translation>배분 전 단계</translation>
    </message>
    <message>
        <source>All ranks stay for so many steps at the start.</source>
        <translation>처음 이만큼의 단계 동안은 랭크를 줄이지 않습니다.</translation>
    </message>
    <message>
        <source>Steps after allocation</source>
        <translation>배분 후 단계</translation>
    </message>
    <message>
        <source>Ranks no longer change for so many steps at the end.</source>
        <translation>마지막 이만큼의 단계 동안은 랭크를 바꾸지 않습니다.</translation>
    </message>
    <message>
        <source>Steps between allocations</source>
        <translation>배분 간격</translation>
    </message>
    <message>
        <source>How often ranks are allotted anew.</source>
        <translation>랭크를 다시 나누는 간격입니다.</translation>
    </message>
    <message>
        <source>Smoothing of importance</source>
        <translation>중요도 평활</translation>
    </message>
    <message>
        <source>Share of the past in the importance of a rank.</source>
        <translation>랭크의 중요도에서 과거가 차지하는 비율입니다.</translation>
    </message>
    <message>
        <source>Smoothing of uncertainty</source>
        <translation>불확실도 평활</translation>
    </message>
    <message>
        <source>Share of the past in how far the importance of a rank strays.</source>
        <translation>랭크의 중요도가 흔들리는 정도에서 과거가 차지하는 비율입니다.</translation>
    </message>
    <message>
        <source>Weight of orthogonality</source>
        <translation>직교성 가중치</translation>
    </message>
    <message>
        <source>Keeps the vectors of an update apart from each other. It is not part of the loss that is shown.</source>
        <translation>갱신의 벡터들이 서로 겹치지 않게 합니다. 표시되는 손실에는 들어가지 않습니다.</translation>
    </message>
</context>
<context>
    <name>engine::methods::adapter_h</name>
    <message>
        <source>Small layers after attention and MLP of every block</source>
        <translation>모든 블록의 어텐션과 MLP 뒤에 작은 층을 둡니다</translation>
    </message>
    <message>
        <source>Bottleneck adapters (Houlsby)</source>
        <translation>병목 어댑터 (Houlsby)</translation>
    </message>
</context>
<context>
    <name>engine::methods::adapter_l</name>
    <message>
        <source>A norm and small layers after every block</source>
        <translation>모든 블록 뒤에 정규화와 작은 층을 둡니다</translation>
    </message>
    <message>
        <source>Bottleneck adapters (Lin)</source>
        <translation>병목 어댑터 (Lin)</translation>
    </message>
</context>
<context>
    <name>engine::methods::adapter_p</name>
    <message>
        <source>Small layers after the MLP of every block</source>
        <translation>모든 블록의 MLP 뒤에 작은 층을 둡니다</translation>
    </message>
    <message>
        <source>Bottleneck adapters (Pfeiffer)</source>
        <translation>병목 어댑터 (Pfeiffer)</translation>
    </message>
</context>
<context>
    <name>engine::methods::bitfit</name>
    <message>
        <source>Trains the biases alone</source>
        <translation>편향만 학습합니다</translation>
    </message>
</context>
<context>
    <name>engine::methods::dylora</name>
    <message>
        <source>Trained ranks</source>
        <translation>학습하는 랭크</translation>
    </message>
    <message>
        <source>Of the rank b that a step draws: up_to trains ranks 1 to b, single the last of them alone. up_to learns better.</source>
        <translation>단계마다 뽑은 랭크 b에 대해 up_to는 1부터 b까지, single은 그중 마지막 하나만 학습합니다. up_to가 더 잘 배웁니다.</translation>
    </message>
    <message>
        <source>Drawn ranks</source>
        <translation>뽑는 랭크</translation>
    </message>
    <message>
        <source>How often a rank is drawn: all alike, or the low ones more often (geometric, p = 0.15).</source>
        <translation>랭크를 얼마나 자주 뽑는지: 모두 똑같이, 또는 낮은 랭크를 더 자주 뽑습니다(geometric, p = 0.15).</translation>
    </message>
    <message>
        <source>Leave other ranks alone</source>
        <translation>다른 랭크는 그대로 두기</translation>
    </message>
    <message>
        <source>Ranks that a step does not train keep their values and moments, as in the paper. Off: momentum and decay move them all the same, as in the released code.</source>
        <translation>단계에서 학습하지 않은 랭크는 논문처럼 값과 모멘트를 그대로 둡니다. 끄면 공개된 코드처럼 모멘텀과 감쇠가 그 랭크도 움직입니다.</translation>
    </message>
    <message>
        <source>Trains low-rank updates that work at every rank up to the largest</source>
        <translation>가장 큰 랭크까지 어느 랭크에서나 쓸 수 있는 저랭크 갱신을 학습합니다</translation>
    </message>
</context>
<context>
    <name>engine::methods::full</name>
    <message>
        <source>Trains every weight of the model</source>
        <translation>모델의 모든 가중치를 학습합니다</translation>
    </message>
    <message>
        <source>Full fine-tuning</source>
        <translation>전체 미세 조정</translation>
    </message>
</context>
<context>
    <name>engine::methods::ia3</name>
    <message>
        <source>Scales keys, values and the middle of the MLP by trained vectors</source>
        <translation>키와 값, MLP 중간을 학습한 벡터로 조절합니다</translation>
    </message>
    <message>
        <source>auto: what PEFT takes for the model&apos;s family (keys or queries, values and the last layer of the MLP). Or all-linear, a list of names or short names, or a regular expression.</source>
        <translation>auto: PEFT가 이 모델 계열에 쓰는 모듈(키 또는 쿼리, 값, MLP의 마지막 층)입니다. 또는 all-linear, 이름이나 짧은 이름의 목록, 정규식입니다.</translation>
    </message>
    <message>
        <source>Modules scaled at their input</source>
        <translation>입력을 조절할 모듈</translation>
    </message>
    <message>
        <source>auto: the last layers of the MLPs among the targets. All other targets are scaled at their output.</source>
        <translation>auto: 대상 가운데 MLP의 마지막 층입니다. 나머지 대상은 출력을 조절합니다.</translation>
    </message>
    <message>
        <source>Start from the base model</source>
        <translation>기본 모델에서 시작</translation>
    </message>
    <message>
        <source>Vectors begin at 1, which changes nothing; otherwise at random numbers.</source>
        <translation>벡터가 아무것도 바꾸지 않는 1에서 시작합니다. 끄면 무작위 수에서 시작합니다.</translation>
    </message>
</context>
<context>
    <name>engine::methods::lora</name>
    <message>
        <source>Initial values</source>
        <translation>초깃값</translation>
    </message>
    <message>
        <source>Trains small low-rank updates beside the frozen weights</source>
        <translation>고정된 가중치 옆에 작은 저랭크 갱신을 학습</translation>
    </message>
    <message>
        <source>Learn lengths apart (DoRA)</source>
        <translation>길이를 따로 학습(DoRA)</translation>
    </message>
    <message>
        <source>Learns the length of every row of a weight beside its direction, which helps small ranks. Steps take longer, with dropout longer still.</source>
        <translation>가중치 각 행의 길이를 방향과 따로 학습하며, 랭크가 작을 때 도움이 됩니다. 스텝이 더 오래 걸리고, 드롭아웃을 쓰면 더 길어집니다.</translation>
    </message>
    <message>
        <source>default, gaussian: A random, B zero, so that training starts from the base model. orthogonal: both random with a product of zero; the rank must be even. pissa, olora: the main directions of each weight are trained; the adapter is saved with twice the rank and works on the original model. loftq: of a base held in nf4 or int8, starts with a correction of what the rounding took away. none: a random update.</source>
        <translation>default, gaussian: A는 무작위, B는 0이므로 베이스 모델에서 학습이 시작됩니다. orthogonal: 둘 다 무작위이지만 곱이 0이며 랭크가 짝수여야 합니다. pissa, olora: 각 가중치의 주된 방향을 학습합니다. 어댑터는 두 배의 랭크로 저장되며 원래의 베이스 모델에서 동작합니다. loftq: nf4나 int8로 담은 베이스에서, 반올림으로 잃은 것을 바로잡는 값으로 시작합니다. none: 무작위 업데이트입니다.</translation>
    </message>
</context>
<context>
    <name>engine::methods::prefix_embedding</name>
    <message>
        <source>Prefix-embedding tuning</source>
        <translation>프리픽스 임베딩 튜닝</translation>
    </message>
    <message>
        <source>Trains tokens that stand before every text and between prompt and answer</source>
        <translation>모든 글 앞과, 프롬프트와 답 사이에 놓일 토큰을 학습합니다</translation>
    </message>
</context>
<context>
    <name>engine::methods::prefix_layer</name>
    <message>
        <source>Prefix-layer tuning</source>
        <translation>프리픽스 레이어 튜닝</translation>
    </message>
    <message>
        <source>Trains tokens before every text and behind its prompt, anew for every block</source>
        <translation>모든 글 앞과 프롬프트 뒤에 놓일 토큰을 블록마다 따로 학습합니다</translation>
    </message>
</context>
<context>
    <name>engine::methods::prefix_tuning</name>
    <message>
        <source>Trains keys and values before every text, in every block</source>
        <translation>모든 블록에서 글 앞에 놓일 키와 값을 학습합니다</translation>
    </message>
    <message>
        <source>Prefix tuning</source>
        <translation>프리픽스 튜닝</translation>
    </message>
</context>
<context>
    <name>engine::methods::prompt_tuning</name>
    <message>
        <source>Trains tokens that stand before every text</source>
        <translation>모든 글 앞에 놓일 토큰을 학습합니다</translation>
    </message>
    <message>
        <source>Prompt tuning</source>
        <translation>프롬프트 튜닝</translation>
    </message>
</context>
<context>
    <name>engine::methods::prompt_tuning::PromptTuning</name>
    <message>
        <source>Trained tokens before every text. They take that much of the context.</source>
        <translation>모든 글 앞에 놓이는 학습된 토큰입니다. 그만큼 컨텍스트를 차지합니다.</translation>
    </message>
    <message>
        <source>Initial values</source>
        <translation>초깃값</translation>
    </message>
    <message>
        <source>SAMPLE_VOCAB: the embeddings of random tokens of the vocabulary; RANDOM learns more slowly.</source>
        <translation>SAMPLE_VOCAB: 어휘에서 무작위로 고른 토큰의 임베딩으로 시작합니다. RANDOM은 더 천천히 배웁니다.</translation>
    </message>
</context>
<context>
    <name>engine::methods::top_layers</name>
    <message>
        <source>Trains the last blocks and leaves the rest as it is</source>
        <translation>마지막 블록만 학습하고 나머지는 그대로 둡니다</translation>
    </message>
    <message>
        <source>Top layers</source>
        <translation>위쪽 층</translation>
    </message>
</context>
<context>
    <name>engine::methods::top_layers::TopLayers</name>
    <message>
        <source>blocks</source>
        <translation>블록</translation>
    </message>
    <message>
        <source>Trained blocks</source>
        <translation>학습할 블록 수</translation>
    </message>
    <message>
        <source>How many of the last blocks are trained. The paper trains two.</source>
        <translation>마지막 블록 가운데 몇 개를 학습할지 정합니다. 논문에서는 두 개입니다.</translation>
    </message>
</context>
<context>
    <name>engine::methods::vera</name>
    <message>
        <source>Trains two vectors per module around shared random matrices</source>
        <translation>공유하는 무작위 행렬 둘레에서 모듈마다 벡터 두 개를 학습합니다</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>Inner size of the shared random matrices. Far more than of LoRA, since one trained number stands for a whole row.</source>
        <translation>공유하는 무작위 행렬의 내부 크기입니다. 학습하는 수 하나가 한 행 전체를 맡으므로 LoRA보다 훨씬 크게 둡니다.</translation>
    </message>
    <message>
        <source>all-linear, a list of names or short names (q k v o gate up down fc_in fc_out), or a regular expression.</source>
        <translation>all-linear, 이름이나 짧은 이름(q k v o gate up down fc_in fc_out)의 목록, 또는 정규식입니다.</translation>
    </message>
    <message>
        <source>First value of d</source>
        <translation>d의 첫 값</translation>
    </message>
    <message>
        <source>Where the inner vectors begin. 0.1 or less is recommended; the outer ones begin at 0, so that training starts from the base model.</source>
        <translation>안쪽 벡터가 시작하는 값입니다. 0.1 이하를 권합니다. 바깥쪽 벡터는 0에서 시작하므로 학습은 기본 모델에서 출발합니다.</translation>
    </message>
    <message>
        <source>Key of the random matrices</source>
        <translation>무작위 행렬의 키</translation>
    </message>
    <message>
        <source>Decides their numbers, which are PEFT&apos;s for the same key.</source>
        <translation>행렬의 값을 정합니다. 같은 키이면 PEFT와 같은 값입니다.</translation>
    </message>
    <message>
        <source>Save the random matrices</source>
        <translation>무작위 행렬 저장</translation>
    </message>
    <message>
        <source>Otherwise whoever reads the adapter draws them again from the key.</source>
        <translation>저장하지 않으면 어댑터를 읽는 쪽이 키에서 다시 만듭니다.</translation>
    </message>
</context>
<context>
    <name>engine::models::gemma</name>
    <message>
        <source>Gemma 1 (2B, 7B) and models of the same shape</source>
        <translation>Gemma 1(2B, 7B)과 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::gemma2</name>
    <message>
        <source>Gemma 2 (2B, 9B, 27B) and models of the same shape</source>
        <translation>Gemma 2(2B, 9B, 27B)와 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::gemma3_text</name>
    <message>
        <source>The text models of Gemma 3 (270M, 1B) and models of the same shape</source>
        <translation>Gemma 3의 텍스트 모델(270M, 1B)과 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::gpt2</name>
    <message>
        <source>GPT-2 in its four sizes and models of the same shape</source>
        <translation>네 가지 크기의 GPT-2와 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::gpt_neox</name>
    <message>
        <source>Pythia in all sizes, GPT-NeoX 20B and models of the same shape</source>
        <translation>모든 크기의 Pythia, GPT-NeoX 20B와 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::llama</name>
    <message>
        <source>Llama 1 to 3 and models of the same shape (TinyLlama, SmolLM, …)</source>
        <translation>Llama 1~3과 구조가 같은 모델(TinyLlama, SmolLM, …)</translation>
    </message>
</context>
<context>
    <name>engine::models::mistral</name>
    <message>
        <source>Mistral 7B, Mistral Nemo, Zephyr and models of the same shape</source>
        <translation>Mistral 7B, Mistral Nemo, Zephyr와 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::phi3</name>
    <message>
        <source>Phi 3, Phi 3.5 and Phi 4 (mini and 14B) and models of the same shape</source>
        <translation>Phi 3, Phi 3.5, Phi 4(mini와 14B)와 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::qwen2</name>
    <message>
        <source>Qwen 2, Qwen 2.5 and models of the same shape</source>
        <translation>Qwen 2, Qwen 2.5와 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::models::qwen3</name>
    <message>
        <source>Qwen 3 in its dense sizes and models of the same shape</source>
        <translation>전문가 혼합이 아닌 Qwen 3와 구조가 같은 모델</translation>
    </message>
</context>
<context>
    <name>engine::objectives::causal_lm</name>
    <message>
        <source>Text generation</source>
        <translation>텍스트 생성</translation>
    </message>
    <message>
        <source>Learns to predict the next token of the answers</source>
        <translation>답변의 다음 토큰을 예측하도록 학습</translation>
    </message>
</context>
<context>
    <name>engine::worker</name>
    <message>
        <source>this build has no CUDA plug-in</source>
        <translation>이 빌드에는 CUDA 플러그인이 없습니다</translation>
    </message>
</context>
<context>
    <name>std</name>
    <message>
        <source>all, or a list of block indices; the first block is 0.</source>
        <translation>all 또는 블록 번호의 목록입니다. 첫 블록은 0입니다.</translation>
    </message>
    <message>
        <source>all, or a list of block indices: then embeddings, final norm and head stay frozen.</source>
        <translation>all 또는 블록 번호의 목록입니다. 목록을 쓰면 임베딩, 마지막 정규화, 출력 층은 그대로 둡니다.</translation>
    </message>
    <message>
        <source>Trained keys and values before every text, in every block. They take that much of the context.</source>
        <translation>모든 블록에서 글 앞에 놓이는 키와 값입니다. 그만큼 컨텍스트를 차지합니다.</translation>
    </message>
</context>
<context>
    <name>ui::FileFilters</name>
    <message>
        <source>Data (%1)</source>
        <translation>데이터(%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>모든 파일(*)</translation>
    </message>
</context>
<context>
    <name>ui::LeftOut</name>
    <message>
        <source>%1: %2</source>
        <extracomment>A file and why it was not taken</extracomment>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>외 %n개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ListDetail</name>
    <message>
        <source>About</source>
        <translation>정보</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>목록에서 제거</translation>
    </message>
</context>
<context>
    <name>ui::MethodKind</name>
    <message>
        <source>Train everything</source>
        <translation>전체 학습</translation>
    </message>
    <message>
        <source>Whole model</source>
        <translation>모델 전체</translation>
    </message>
    <message>
        <source>Every number of the model learns. What is saved is as large as the model itself, and takes its place.</source>
        <translation>모델의 모든 수가 학습합니다. 저장되는 것은 모델만큼 크고 모델을 대신합니다.</translation>
    </message>
    <message>
        <source>Train a small part of the model</source>
        <translation>모델의 작은 부분 학습</translation>
    </message>
    <message>
        <source>Part of the model</source>
        <translation>모델의 일부</translation>
    </message>
    <message>
        <source>Some of the model&apos;s own numbers learn, the others stay. Nothing is added: it answers as fast as before.</source>
        <translation>모델의 수 가운데 일부만 학습하고 나머지는 그대로입니다. 더해지는 것이 없어 전과 같은 속도로 답합니다.</translation>
    </message>
    <message>
        <source>Train small updates beside it</source>
        <translation>모델 옆의 작은 업데이트 학습</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>업데이트</translation>
    </message>
    <message>
        <source>The model&apos;s weights stay; what is learnt is kept beside them and can be scaled, taken off or merged into them.</source>
        <translation>모델의 가중치는 그대로입니다. 배운 것은 그 옆에 보관되어 배율을 바꾸거나 떼어 내거나 가중치에 병합할 수 있습니다.</translation>
    </message>
    <message>
        <source>Add small modules</source>
        <translation>작은 모듈 추가</translation>
    </message>
    <message>
        <source>Added modules</source>
        <translation>추가한 모듈</translation>
    </message>
    <message>
        <source>Small layers between the model&apos;s own learn, which stay as they are. They are computed for every token, so answers take a little longer.</source>
        <translation>모델의 층 사이에 넣은 작은 층이 학습하고 모델의 층은 그대로입니다. 토큰마다 계산되므로 답이 조금 느려집니다.</translation>
    </message>
    <message>
        <source>Add virtual tokens</source>
        <translation>가상 토큰 추가</translation>
    </message>
    <message>
        <source>Virtual tokens</source>
        <translation>가상 토큰</translation>
    </message>
    <message>
        <source>Vectors learn that stand before every text as if they were tokens of it. The model stays as it is; there is less room for text.</source>
        <translation>모든 글 앞에 토큰처럼 놓이는 벡터가 학습합니다. 모델은 그대로이고 글이 들어갈 자리가 줄어듭니다.</translation>
    </message>
    <message>
        <source>Other methods</source>
        <translation>다른 방법</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>기타</translation>
    </message>
    <message>
        <source>%1 changes the model&apos;s own numbers; there is no rank.</source>
        <translation>%1은(는) 모델의 수 자체를 바꾸므로 랭크가 없습니다.</translation>
    </message>
    <message>
        <source>%1 scales what the model computes; there is no rank.</source>
        <translation>%1은(는) 모델이 계산한 값의 크기를 바꾸므로 랭크가 없습니다.</translation>
    </message>
    <message>
        <source>%1 adds to the model; there is no rank.</source>
        <translation>%1은(는) 모델에 더하는 방법이라 랭크가 없습니다.</translation>
    </message>
</context>
<context>
    <name>ui::QuestionDialog</name>
    <message>
        <source>Details</source>
        <translation>자세히</translation>
    </message>
</context>
<context>
    <name>ui::RunStatusText</name>
    <message>
        <source>Queued</source>
        <translation>대기 중</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>시작 중</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습 중</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>일시정지</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>중지하는 중</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>완료</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>중지됨</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>중단됨</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>모델 불러오는 중</translation>
    </message>
    <message>
        <source>Reading the data</source>
        <translation>데이터 읽는 중</translation>
    </message>
    <message>
        <source>Tokenizing the data</source>
        <translation>데이터 토큰화 중</translation>
    </message>
    <message>
        <source>Probing memory</source>
        <translation>메모리 측정 중</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>검증 중</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>저장 중</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>내보내는 중</translation>
    </message>
</context>
<context>
    <name>ui::TextDialog</name>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
</context>
<context>
    <name>ui::forms::FieldWords</name>
    <message>
        <source>on</source>
        <translation>켬</translation>
    </message>
    <message>
        <source>off</source>
        <translation>끔</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>비어 있음</translation>
    </message>
    <message>
        <source>Valid: %1</source>
        <translation>허용 값: %1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>기본값: %1</translation>
    </message>
    <message>
        <source>In job files: %1</source>
        <translation>작업 파일의 이름: %1</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>기본값 %1(으)로 되돌리기</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
</context>
<context>
    <name>ui::forms::NumberEditor</name>
    <message>
        <source>Expected a whole number</source>
        <translation>정수를 입력하십시오</translation>
    </message>
    <message>
        <source>Expected a number</source>
        <translation>숫자를 입력하십시오</translation>
    </message>
    <message>
        <source>Expected %1</source>
        <translation>허용 값: %1</translation>
    </message>
</context>
<context>
    <name>ui::forms::PathEditor</name>
    <message>
        <source>Choose…</source>
        <translation>선택…</translation>
    </message>
</context>
<context>
    <name>ui::forms::SettingsPanel</name>
    <message>
        <source>Search settings</source>
        <translation>설정 검색</translation>
    </message>
    <message>
        <source>No setting found</source>
        <translation>설정을 찾지 못했습니다</translation>
    </message>
    <message>
        <source>Search by label, by the name in job files or by what the setting does.</source>
        <translation>표시 이름, 작업 파일의 이름 또는 설정의 기능으로 검색하십시오.</translation>
    </message>
</context>
<context>
    <name>ui::forms::SwitchEditor</name>
    <message>
        <source>On</source>
        <translation>켬</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>끔</translation>
    </message>
</context>
<context>
    <name>ui::forms::ValueText</name>
    <message>
        <source>Line %1 is not valid JSON</source>
        <translation>%1번째 줄이 올바른 JSON이 아닙니다</translation>
    </message>
    <message>
        <source>Line %1: expected one of %2</source>
        <translation>%1번째 줄: 다음 중 하나여야 합니다: %2</translation>
    </message>
    <message>
        <source>Line %1: expected “name = value”</source>
        <translation>%1번째 줄: “이름 = 값” 형식이어야 합니다</translation>
    </message>
    <message>
        <source>Line %1: “%2” stands there twice</source>
        <translation>%1번째 줄: “%2” 항목이 두 번 나옵니다</translation>
    </message>
    <message>
        <source>Expected “all” or layers such as “0-3, 8”</source>
        <translation>“all” 또는 “0-3, 8” 같은 층 번호를 입력하십시오</translation>
    </message>
    <message>
        <source>Not a regular expression: %1</source>
        <translation>올바른 정규식이 아닙니다: %1</translation>
    </message>
    <message>
        <source>Expected JSON: %1</source>
        <translation>올바른 JSON이 아닙니다: %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::Abilities</name>
    <message>
        <source>Export as %1</source>
        <translation>%1(으)로 내보내기</translation>
    </message>
    <message>
        <source>Act at another scale than 1</source>
        <translation>1이 아닌 배율로 작용</translation>
    </message>
    <message>
        <source>half a token is none</source>
        <translation>반쪽 토큰은 없습니다</translation>
    </message>
    <message>
        <source>Change its rank</source>
        <translation>랭크 변경</translation>
    </message>
    <message>
        <source>%1: no, %2</source>
        <translation>%1: 안 됨, %2</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterActions</name>
    <message>
        <source>More actions</source>
        <translation>추가 동작</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>이어서 학습</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>복원</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>완전히 삭제…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>이름 바꾸기…</translation>
    </message>
    <message>
        <source>Edit tags…</source>
        <translation>태그 편집…</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>파일 관리자에서 보기</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>경로 복사</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>휴지통으로 이동</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterDetail</name>
    <message>
        <source>Validation loss</source>
        <translation>검증 손실</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>평가</translation>
    </message>
    <message>
        <source>Change of weights</source>
        <translation>가중치 변화</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Lineage</source>
        <translation>계보</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>메모</translation>
    </message>
    <message>
        <source>best at step %1</source>
        <translation>최저, %1단계</translation>
    </message>
    <message>
        <source>not evaluated</source>
        <translation>평가 전</translation>
    </message>
    <message numerus="yes">
        <source>%n samples</source>
        <translation>
            <numerusform>샘플 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>|ΔW| / |W|, mean</source>
        <translation>|ΔW| / |W|, 평균</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>The files of this adapter are not where they were.</source>
        <translation>이 어댑터의 파일이 원래 위치에 없습니다.</translation>
    </message>
    <message>
        <source>Its base model is not on this computer.</source>
        <translation>베이스 모델이 이 컴퓨터에 없습니다.</translation>
    </message>
    <message>
        <source>It was made for %1. Add that model, and it can be used.</source>
        <translation>%1용으로 만든 어댑터입니다. 해당 모델을 추가하면 사용할 수 있습니다.</translation>
    </message>
    <message>
        <source>Go to Models</source>
        <translation>모델로 이동</translation>
    </message>
    <message>
        <source>Needs a second adapter of the same base.</source>
        <translation>베이스가 같은 두 번째 어댑터가 필요합니다.</translation>
    </message>
    <message>
        <source>%1, missing</source>
        <translation>%1, 없음</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>베이스</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
    <message>
        <source>%1 · %2 train + %3 validation</source>
        <translation>%1 · 학습 %2 + 검증 %3</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>만든 때</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>파일</translation>
    </message>
    <message numerus="yes">
        <source>all %n modules fit</source>
        <translation>
            <numerusform>모듈 %n개 모두 일치</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problems</source>
        <translation>
            <numerusform>문제 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>What it can do</source>
        <translation>할 수 있는 일</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>학습한 베이스</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterHeader</name>
    <message>
        <source>Copy the SHA-256 of the weights</source>
        <translation>가중치의 SHA-256 복사</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>이름 바꾸기</translation>
    </message>
    <message>
        <source>Edit tags</source>
        <translation>태그 편집</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n개 더</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterListPanel</name>
    <message>
        <source>Search names, notes, tags</source>
        <translation>이름, 메모, 태그 검색</translation>
    </message>
    <message>
        <source>Any base</source>
        <translation>모든 베이스</translation>
    </message>
    <message>
        <source>Any tag</source>
        <translation>모든 태그</translation>
    </message>
    <message>
        <source>No adapter matches</source>
        <translation>일치하는 어댑터가 없습니다</translation>
    </message>
    <message>
        <source>Search adapters</source>
        <translation>어댑터 검색</translation>
    </message>
    <message>
        <source>Show all adapters</source>
        <translation>모든 어댑터 표시</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>휴지통이 비어 있습니다</translation>
    </message>
    <message numerus="yes">
        <source>%n adapters · %1</source>
        <translation>
            <numerusform>어댑터 %n개 · %1</numerusform>
        </translation>
    </message>
    <message>
        <source>%1    * several ranks</source>
        <translation>%1    * 여러 랭크</translation>
    </message>
    <message>
        <source>Back to the library</source>
        <translation>라이브러리로 돌아가기</translation>
    </message>
    <message>
        <source>Trash (%1)</source>
        <translation>휴지통(%1)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1(%2)</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>휴지통</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterTableModel</name>
    <message>
        <source>%1, missing</source>
        <translation>%1, 없음</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>제작</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>Params</source>
        <extracomment>Number of trained parameters, short, above a narrow column.</extracomment>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Val. loss</source>
        <extracomment>Validation loss, short, above a narrow column.</extracomment>
        <translation>검증 손실</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdapterText</name>
    <message>
        <source>imported</source>
        <translation>가져옴</translation>
    </message>
    <message>
        <source>1–%1</source>
        <comment>ranks</comment>
        <translation>1–%1</translation>
    </message>
    <message>
        <source>the base in %1</source>
        <translation>%1 베이스</translation>
    </message>
    <message>
        <source>the base in %1; this one is %2, so answers differ a little</source>
        <translation>%1 베이스. 지금 베이스는 %2이므로 답변이 조금 다릅니다</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::AdaptersPage</name>
    <message>
        <source>Import a folder…</source>
        <translation>폴더 가져오기…</translation>
    </message>
    <message>
        <source>No adapter yet</source>
        <translation>어댑터가 없습니다</translation>
    </message>
    <message>
        <source>Every finished run leaves its best adapter here. Adapters made elsewhere with PEFT can be imported.</source>
        <translation>완료된 실행의 가장 좋은 어댑터가 여기에 보관됩니다. PEFT로 만든 다른 어댑터도 가져올 수 있습니다.</translation>
    </message>
    <message>
        <source>Train the first one</source>
        <translation>첫 어댑터 학습</translation>
    </message>
    <message>
        <source>or drop an adapter folder anywhere</source>
        <translation>또는 아무 곳에나 어댑터 폴더를 끌어다 놓으십시오</translation>
    </message>
    <message>
        <source>No adapter chosen</source>
        <translation>선택한 어댑터가 없습니다</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>어댑터</translation>
    </message>
    <message numerus="yes">
        <source>%n in the library</source>
        <translation>
            <numerusform>라이브러리에 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Import an adapter folder</source>
        <translation>어댑터 폴더 가져오기</translation>
    </message>
    <message>
        <source>Rename the adapter</source>
        <translation>어댑터 이름 바꾸기</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>이름 바꾸기</translation>
    </message>
    <message>
        <source>A name cannot be empty.</source>
        <translation>이름은 비워 둘 수 없습니다.</translation>
    </message>
    <message>
        <source>Tags of %1</source>
        <translation>%1의 태그</translation>
    </message>
    <message>
        <source>Tags, separated by commas</source>
        <translation>쉼표로 구분한 태그</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>저장</translation>
    </message>
    <message>
        <source>%1 is in the trash.</source>
        <translation>%1 어댑터를 휴지통으로 옮겼습니다.</translation>
    </message>
    <message>
        <source>Its files stay until it is deleted for good.</source>
        <translation>완전히 삭제할 때까지 파일은 그대로 남습니다.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>Delete %1 for good?</source>
        <translation>%1 어댑터를 완전히 삭제하시겠습니까?</translation>
    </message>
    <message>
        <source>Its files are removed from the disk. This cannot be undone.</source>
        <translation>파일이 디스크에서 삭제되며 되돌릴 수 없습니다.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>완전히 삭제</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::Lineage</name>
    <message>
        <source>base</source>
        <translation>베이스</translation>
    </message>
    <message>
        <source>trained</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>continued</source>
        <translation>이어서 학습</translation>
    </message>
    <message>
        <source>re-ranked</source>
        <translation>랭크 변경</translation>
    </message>
    <message>
        <source>extracted</source>
        <translation>추출</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>가져옴</translation>
    </message>
    <message>
        <source>not in the library</source>
        <translation>라이브러리에 없음</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>merged base</source>
        <extracomment>Trained on a base into which other adapters had been merged.</extracomment>
        <translation>병합한 베이스</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::LineageView</name>
    <message>
        <source>Lineage</source>
        <translation>계보</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::NoteEditor</name>
    <message>
        <source>Note</source>
        <translation>메모</translation>
    </message>
    <message>
        <source>What is it good for, what is it not?</source>
        <translation>어디에 잘 맞고 어디에 맞지 않습니까?</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::RankCard</name>
    <message>
        <source>This method has no ranks.</source>
        <translation>랭크가 없는 방법입니다.</translation>
    </message>
    <message>
        <source>Rank map</source>
        <translation>랭크 지도</translation>
    </message>
    <message numerus="yes">
        <source>%n layers × %1 kinds</source>
        <translation>
            <numerusform>%n층 × %1종류</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
</context>
<context>
    <name>ui::pages::adapters::RankMap</name>
    <message numerus="yes">
        <source>rank %1 in %n modules</source>
        <translation>
            <numerusform>랭크 %1, 모듈 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Rank map</source>
        <translation>랭크 지도</translation>
    </message>
    <message>
        <source>%1, layer %2: rank %3</source>
        <translation>%1, %2층: 랭크 %3</translation>
    </message>
    <message>
        <source>%1, layer %2: no adapter</source>
        <translation>%1, %2층: 어댑터 없음</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::BadRowEditor</name>
    <message>
        <source>Text of the row</source>
        <translation>행의 텍스트</translation>
    </message>
    <message>
        <source>Keep the change</source>
        <translation>변경 유지</translation>
    </message>
    <message>
        <source>As in the file</source>
        <translation>파일 그대로</translation>
    </message>
    <message>
        <source>Close without keeping</source>
        <translation>유지하지 않고 닫기</translation>
    </message>
    <message>
        <source>Ctrl+Return</source>
        <translation>Ctrl+Return</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>%1번째 줄</translation>
    </message>
    <message>
        <source>Its text is too long to be mended here, or holds bytes that are no text. Save the rows, mend them in an editor and add that file.</source>
        <translation>텍스트가 너무 길거나 텍스트가 아닌 바이트가 있어 여기서는 고칠 수 없습니다. 행을 저장해 편집기에서 고친 다음 그 파일을 추가하세요.</translation>
    </message>
    <message>
        <source>A row without text is left out; take Leave out instead.</source>
        <translation>텍스트가 없는 행은 제외됩니다. 제외를 누르세요.</translation>
    </message>
    <message>
        <source>A row is an object such as {&quot;prompt&quot;: &quot;…&quot;, &quot;completion&quot;: &quot;…&quot;}.</source>
        <translation>행은 {&quot;prompt&quot;: &quot;…&quot;, &quot;completion&quot;: &quot;…&quot;} 같은 객체입니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::BadRowModel</name>
    <message>
        <source>mended</source>
        <translation>고침</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>제외됨</translation>
    </message>
    <message>
        <source>checking…</source>
        <translation>확인 중…</translation>
    </message>
    <message>
        <source>still bad</source>
        <translation>아직 쓸 수 없음</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>줄</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>이유</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>행</translation>
    </message>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::BadRowsTab</name>
    <message>
        <source>Save the rows…</source>
        <translation>행 저장…</translation>
    </message>
    <message>
        <source>Rows that cannot be used</source>
        <translation>쓸 수 없는 행</translation>
    </message>
    <message>
        <source>Save the list…</source>
        <translation>목록 저장…</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV(*.csv)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>모든 파일(*)</translation>
    </message>
    <message>
        <source>The first %1 of %2</source>
        <translation>%2개 중 처음 %1개</translation>
    </message>
    <message>
        <source>They are not trained. The file stays as it is.</source>
        <translation>이 행은 학습하지 않습니다. 파일은 그대로 둡니다.</translation>
    </message>
    <message>
        <source>Save rows that cannot be used</source>
        <translation>쓸 수 없는 행 저장</translation>
    </message>
    <message>
        <source>Mend</source>
        <translation>고치기</translation>
    </message>
    <message>
        <source>Show the row</source>
        <translation>행 보기</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>제외</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>되살리기</translation>
    </message>
    <message>
        <source>All of them are mended or left out. The file stays as it is.</source>
        <translation>모두 고쳤거나 제외했습니다. 파일은 그대로 둡니다.</translation>
    </message>
    <message>
        <source>They are not trained. Mend their text, or leave them out for good: the file stays as it is.</source>
        <translation>이 행은 학습하지 않습니다. 텍스트를 고치거나 아주 제외하세요. 파일은 그대로 둡니다.</translation>
    </message>
    <message>
        <source>%1 of %2 mended or left out</source>
        <translation>%2개 중 %1개를 고쳤거나 제외함</translation>
    </message>
    <message>
        <source>Mending of line %1</source>
        <translation>%1번째 줄 고치기</translation>
    </message>
    <message>
        <source>JSON Lines (*.jsonl)</source>
        <translation>JSON Lines (*.jsonl)</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ColumnMap</name>
    <message>
        <source>Roles of the columns</source>
        <translation>열의 역할</translation>
    </message>
    <message>
        <source>Role of the column %1</source>
        <translation>%1 열의 역할</translation>
    </message>
    <message>
        <source>Not used</source>
        <translation>쓰지 않음</translation>
    </message>
    <message>
        <source>As detected</source>
        <translation>감지한 대로</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::DataFacts</name>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>What is trained</source>
        <translation>학습 대상</translation>
    </message>
    <message>
        <source>Tokenizer check</source>
        <translation>토크나이저 점검</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>제외</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>열</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>내용 해시</translation>
    </message>
    <message>
        <source>of %1 tokens</source>
        <translation>토큰 %1개 중</translation>
    </message>
    <message>
        <source>Longest row</source>
        <translation>가장 긴 행</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>토큰 %1개</translation>
    </message>
    <message>
        <source>Every answer ends with a stop token</source>
        <translation>모든 답변이 종료 토큰으로 끝납니다</translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s) do not end with a stop token</source>
        <translation>
            <numerusform>답변 %n개가 종료 토큰으로 끝나지 않습니다</numerusform>
        </translation>
    </message>
    <message>
        <source>The model may not learn to stop.</source>
        <translation>모델이 답변을 끝내는 법을 배우지 못할 수 있습니다.</translation>
    </message>
    <message>
        <source>No row without trained tokens</source>
        <translation>학습 토큰이 없는 행은 없습니다</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) leave nothing to train on</source>
        <translation>
            <numerusform>%n개 행에 학습할 내용이 없습니다</numerusform>
        </translation>
    </message>
    <message>
        <source>They are left out.</source>
        <translation>학습에서 제외됩니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) are longer than the limit and cut</source>
        <translation>
            <numerusform>%n개 행이 한도를 넘어 잘립니다</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s) lose their end.</source>
        <translation>
            <numerusform>답변 %n개의 끝이 잘립니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n row(s)</source>
        <translation>
            <numerusform>%n개 행</numerusform>
        </translation>
    </message>
    <message>
        <source>ready to train</source>
        <translation>학습 준비됨</translation>
    </message>
    <message>
        <source>not ready</source>
        <translation>준비 안 됨</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::DataPage</name>
    <message>
        <source>Add data…</source>
        <translation>데이터 추가…</translation>
    </message>
    <message>
        <source>Train with this data</source>
        <translation>이 데이터로 학습</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
    <message numerus="yes">
        <source>%n dropped</source>
        <translation>
            <numerusform>%n개 제외</numerusform>
        </translation>
    </message>
    <message>
        <source>No data yet</source>
        <translation>데이터가 없습니다</translation>
    </message>
    <message>
        <source>or drop files or folders anywhere</source>
        <translation>또는 아무 곳에나 파일이나 폴더를 끌어다 놓으십시오</translation>
    </message>
    <message>
        <source>Filter data</source>
        <translation>데이터 필터</translation>
    </message>
    <message>
        <source>Data files</source>
        <translation>데이터 파일</translation>
    </message>
    <message>
        <source>Reading the file was cancelled</source>
        <translation>파일 읽기를 취소했습니다</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>About the data</source>
        <translation>데이터 정보</translation>
    </message>
    <message>
        <source>Add data</source>
        <translation>데이터 추가</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Remove %1 from the list?</source>
        <translation>%1 항목을 목록에서 제거하시겠습니까?</translation>
    </message>
    <message>
        <source>The file stays where it is. It can be added again at any time.</source>
        <translation>파일은 그대로 남으며 언제든 다시 추가할 수 있습니다.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>제거</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln행</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo the last edit</source>
        <translation>마지막 편집 되돌리기</translation>
    </message>
    <message>
        <source>Do it again</source>
        <translation>다시 실행</translation>
    </message>
    <message>
        <source>Import data</source>
        <translation>데이터 가져오기</translation>
    </message>
    <message>
        <source>Questions and answers, chats, plain text or pairs.
jsonl, json, csv, tsv, parquet or txt.</source>
        <translation>질문과 답변, 대화, 일반 텍스트 또는 쌍.
jsonl, json, csv, tsv, parquet 또는 txt.</translation>
    </message>
    <message>
        <source>Lengths</source>
        <translation>길이</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>품질</translation>
    </message>
    <message>
        <source>Bad rows</source>
        <translation>나쁜 행</translation>
    </message>
    <message>
        <source>Undo: %1</source>
        <translation>되돌리기: %1</translation>
    </message>
    <message>
        <source>Do again: %1</source>
        <translation>다시 실행: %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::DatasetListModel</name>
    <message numerus="yes">
        <source>%n dropped</source>
        <translation>
            <numerusform>%n개 제외</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln행</numerusform>
        </translation>
    </message>
    <message>
        <source>not read yet</source>
        <translation>아직 읽지 않음</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::FoundRowModel</name>
    <message>
        <source>Row</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>라벨</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>텍스트</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>결과</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::Import</name>
    <message>
        <source>certain</source>
        <translation>확실</translation>
    </message>
    <message>
        <source>likely</source>
        <translation>유력</translation>
    </message>
    <message>
        <source>a guess</source>
        <translation>추측</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>답변</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>시스템 프롬프트</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>대화</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>도구</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>텍스트</translation>
    </message>
    <message>
        <source>Second text</source>
        <translation>둘째 텍스트</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>라벨</translation>
    </message>
    <message>
        <source>Preferred answer</source>
        <translation>선호하는 답변</translation>
    </message>
    <message>
        <source>Rejected answer</source>
        <translation>거절한 답변</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>Name of the row</source>
        <translation>행 이름</translation>
    </message>
    <message>
        <source>Input to the prompt</source>
        <translation>프롬프트의 입력</translation>
    </message>
    <message>
        <source>Earlier turns</source>
        <translation>이전 대화</translation>
    </message>
    <message>
        <source>no row of it can be used</source>
        <translation>쓸 수 있는 행이 없습니다</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ImportListModel</name>
    <message>
        <source>being read…</source>
        <translation>읽는 중…</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>직접 선택</translation>
    </message>
    <message numerus="yes">
        <source>%n bad</source>
        <translation>
            <numerusform>나쁜 행 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>being read… %1 %</source>
        <translation>읽는 중… %1 %</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ImportOutcome</name>
    <message numerus="yes">
        <source>%n file(s) were added.</source>
        <translation>
            <numerusform>파일 %n개를 추가했습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 was not added.</source>
        <translation>%1 항목을 추가하지 못했습니다.</translation>
    </message>
    <message numerus="yes">
        <source>None of %n file(s) was added.</source>
        <translation>
            <numerusform>파일 %n개를 모두 추가하지 못했습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n file(s) were added.</source>
        <translation>
            <numerusform>파일 %n개 중 %1개를 추가했습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Train on these together</source>
        <translation>함께 학습하기</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ImportPanel</name>
    <message>
        <source>Files to import</source>
        <translation>가져올 파일</translation>
    </message>
    <message>
        <source>Leave this file out</source>
        <translation>이 파일 빼기</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>None</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>As a known data set</source>
        <translation>알려진 데이터 세트로</translation>
    </message>
    <message>
        <source>What each column is</source>
        <translation>각 열의 역할</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>가져오기</translation>
    </message>
    <message>
        <source>First rows as they are read</source>
        <translation>읽은 그대로의 처음 행</translation>
    </message>
    <message>
        <source>First rows</source>
        <translation>처음 행</translation>
    </message>
    <message>
        <source>Bad rows</source>
        <translation>나쁜 행</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>추가</translation>
    </message>
    <message>
        <source>As detected</source>
        <translation>감지한 대로</translation>
    </message>
    <message>
        <source>being read…</source>
        <translation>읽는 중…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln행</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln repaired</source>
        <translation>
            <numerusform>고친 행 %Ln개</numerusform>
        </translation>
    </message>
    <message>
        <source>Read as %1</source>
        <translation>%1(으)로 읽음</translation>
    </message>
    <message>
        <source>Read as %1, %2</source>
        <translation>%1(으)로 읽음, %2</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>줄</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>답변</translation>
    </message>
    <message numerus="yes">
        <source>Add %n file(s)</source>
        <translation>
            <numerusform>파일 %n개 추가</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are being read.</source>
        <translation>파일을 읽는 중입니다.</translation>
    </message>
    <message>
        <source>No row of these files can be used yet.</source>
        <translation>이 파일에는 아직 쓸 수 있는 행이 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) cannot be used and stay out.</source>
        <translation>
            <numerusform>파일 %n개는 쓸 수 없어 빠집니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files stay where they are.</source>
        <translation>파일은 있던 자리에 그대로 있습니다.</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>인코딩</translation>
    </message>
    <message>
        <source>Reading the file was cancelled</source>
        <translation>파일 읽기를 취소했습니다</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::LengthsTab</name>
    <message>
        <source>Cut the beginning</source>
        <translation>앞을 자르기</translation>
    </message>
    <message>
        <source>Of the prompt; the answer stays whole while it fits</source>
        <translation>프롬프트의 앞부분. 답변은 들어가는 한 온전합니다</translation>
    </message>
    <message>
        <source>Cut the end</source>
        <translation>끝을 자르기</translation>
    </message>
    <message>
        <source>The answer loses its end, and its stop token</source>
        <translation>답변의 끝과 종료 토큰이 없어집니다</translation>
    </message>
    <message>
        <source>Leave the row out</source>
        <translation>행 빼기</translation>
    </message>
    <message>
        <source>Nothing is cut, what is too long is not trained</source>
        <translation>아무것도 자르지 않고, 너무 긴 행은 학습하지 않습니다</translation>
    </message>
    <message>
        <source>Split the row</source>
        <translation>행 나누기</translation>
    </message>
    <message>
        <source>Into pieces; a later piece lacks what came before</source>
        <translation>여러 조각으로. 뒤 조각에는 앞의 내용이 없습니다</translation>
    </message>
    <message>
        <source>Lengths need a model</source>
        <translation>길이를 보려면 모델이 필요합니다</translation>
    </message>
    <message>
        <source>Each model cuts text in its own way. Add one to see how long the rows are for it.</source>
        <translation>모델마다 텍스트를 나누는 방식이 다릅니다. 모델을 추가하면 행의 길이를 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>모델 추가…</translation>
    </message>
    <message>
        <source>Longest row</source>
        <translation>가장 긴 행</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>data.max_length of a job</source>
        <translation>작업의 data.max_length</translation>
    </message>
    <message>
        <source>Lengths of the rows</source>
        <translation>행의 길이</translation>
    </message>
    <message>
        <source>Rows that are too long</source>
        <translation>너무 긴 행</translation>
    </message>
    <message>
        <source>Rows trained</source>
        <translation>학습하는 행</translation>
    </message>
    <message>
        <source>Answers cut</source>
        <translation>잘린 답변</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>빠진 행</translation>
    </message>
    <message>
        <source>What becomes of rows that are too long</source>
        <translation>너무 긴 행의 처리</translation>
    </message>
    <message>
        <source>The choice goes along with “Train with this data”.</source>
        <translation>이 선택은 “이 데이터로 학습”에 함께 전달됩니다.</translation>
    </message>
    <message>
        <source>95 % up to %1</source>
        <translation>95 %는 %1 이하</translation>
    </message>
    <message>
        <source>99 % up to %1</source>
        <translation>99 %는 %1 이하</translation>
    </message>
    <message>
        <source>the longest has %1</source>
        <translation>가장 긴 행은 %1</translation>
    </message>
    <message>
        <source>Every row fits.</source>
        <translation>모든 행이 들어갑니다.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) do not fit; no answer is cut.</source>
        <translation>
            <numerusform>%Ln개 행이 넘치지만 잘리는 답변은 없습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) do not fit; %1.</source>
        <translation>
            <numerusform>%Ln개 행이 넘칩니다. %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln answer(s) are cut</source>
        <translation>
            <numerusform>답변 %Ln개가 잘립니다</numerusform>
        </translation>
    </message>
    <message>
        <source>Expected %1 to %2</source>
        <translation>%1에서 %2 사이여야 합니다</translation>
    </message>
    <message>
        <source>Half have up to %1</source>
        <translation>절반은 %1 이하</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::Quality</name>
    <message>
        <source>Copies</source>
        <translation>똑같은 행</translation>
    </message>
    <message>
        <source>Near copies</source>
        <translation>비슷한 행</translation>
    </message>
    <message>
        <source>Empty answers</source>
        <translation>빈 답변</translation>
    </message>
    <message>
        <source>Repeated answers</source>
        <translation>반복된 답변</translation>
    </message>
    <message>
        <source>In validation too</source>
        <translation>검증에도 있음</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>라벨</translation>
    </message>
    <message>
        <source>Loss of each row</source>
        <translation>행별 손실</translation>
    </message>
    <message>
        <source>The same row more than once: it counts as often in training.</source>
        <translation>같은 행이 여러 번 있습니다. 학습에서도 그만큼 셉니다.</translation>
    </message>
    <message>
        <source>Nearly the same text as an earlier row.</source>
        <translation>앞의 행과 거의 같은 텍스트입니다.</translation>
    </message>
    <message>
        <source>Nothing to learn from, or an answer that teaches silence.</source>
        <translation>배울 내용이 없거나 침묵을 가르치는 답변입니다.</translation>
    </message>
    <message>
        <source>One answer to many questions: the model may give it to all.</source>
        <translation>여러 질문에 같은 답변입니다. 모델이 모든 질문에 그렇게 답할 수 있습니다.</translation>
    </message>
    <message>
        <source>Trained rows that validation holds as well: its loss looks better than it is.</source>
        <translation>검증에도 있는 학습 행입니다. 검증 손실이 실제보다 좋아 보입니다.</translation>
    </message>
    <message>
        <source>How often each label occurs; rare ones are learned worst.</source>
        <translation>라벨마다 나오는 횟수입니다. 드문 라벨이 가장 덜 학습됩니다.</translation>
    </message>
    <message>
        <source>Which rows does the model not learn? High after training: wrong, contradictory or rare.</source>
        <translation>모델이 배우지 못하는 행은 무엇입니까? 학습 뒤에도 높으면 틀렸거나 모순되거나 드문 행입니다.</translation>
    </message>
    <message>
        <source>same as row %1</source>
        <translation>%1행과 같음</translation>
    </message>
    <message>
        <source>%1 like row %2</source>
        <translation>%2행과 %1 비슷함</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>비어 있음</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln개 행</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 like validation row %2</source>
        <translation>검증 %2행과 %1 비슷함</translation>
    </message>
    <message>
        <source>Line %1, among the bad rows</source>
        <translation>%1번째 줄, 나쁜 행 가운데</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::QualityTab</name>
    <message>
        <source>Rows that were found</source>
        <translation>찾은 행</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>검사</translation>
    </message>
    <message>
        <source>Adapter whose loss is measured</source>
        <translation>손실을 잴 어댑터</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>측정</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>편집</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>삭제</translation>
    </message>
    <message>
        <source>The model alone</source>
        <translation>모델만</translation>
    </message>
    <message>
        <source>None were found.</source>
        <translation>찾은 것이 없습니다.</translation>
    </message>
    <message>
        <source>Losses need a model: add one on Models.</source>
        <translation>손실을 재려면 모델이 필요합니다. 모델 페이지에서 추가하십시오.</translation>
    </message>
    <message>
        <source>Every row is read by the model once.</source>
        <translation>모델이 모든 행을 한 번씩 읽습니다.</translation>
    </message>
    <message>
        <source>Measure to see the rows that are learned worst first.</source>
        <translation>측정하면 가장 덜 배운 행부터 보입니다.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) measured…</source>
        <translation>
            <numerusform>%Ln개 행 측정함…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) measured</source>
        <translation>
            <numerusform>%Ln개 행 측정함</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete the copies</source>
        <translation>겹치는 행 삭제</translation>
    </message>
    <message>
        <source>The first %1 of %2</source>
        <translation>%2개 중 처음 %1개</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::Reading</name>
    <message>
        <source>%1 of %2</source>
        <translation>%2 중 %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln행</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::RowEditor</name>
    <message>
        <source>Keep the change</source>
        <translation>변경 유지</translation>
    </message>
    <message>
        <source>As in the file</source>
        <translation>파일 그대로</translation>
    </message>
    <message>
        <source>Close without keeping</source>
        <translation>유지하지 않고 닫기</translation>
    </message>
    <message>
        <source>Ctrl+Return</source>
        <translation>Ctrl+Return</translation>
    </message>
    <message>
        <source>Texts of the row</source>
        <translation>행의 텍스트</translation>
    </message>
    <message>
        <source>Row %1</source>
        <translation>%1행</translation>
    </message>
    <message>
        <source>line %1 of the file</source>
        <translation>파일의 %1번째 줄</translation>
    </message>
    <message>
        <source>This row is too large to be edited here. It can be deleted.</source>
        <translation>이 행은 너무 커서 여기서 편집할 수 없습니다. 삭제할 수는 있습니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::RowEdits</name>
    <message>
        <source>Change of row %1</source>
        <translation>%1행 변경</translation>
    </message>
    <message numerus="yes">
        <source>Deletion of %n row(s)</source>
        <translation>
            <numerusform>행 %n개 삭제</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Return of %n row(s)</source>
        <translation>
            <numerusform>행 %n개 되살림</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deletion of the copies of %n row(s)</source>
        <translation>
            <numerusform>행 %n개의 중복 삭제</numerusform>
        </translation>
    </message>
    <message>
        <source>Roles of the columns</source>
        <translation>열의 역할</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::RowProblem</name>
    <message>
        <source>answer comes first</source>
        <translation>답변이 먼저 나옴</translation>
    </message>
    <message>
        <source>unreadable history</source>
        <translation>이전 대화 오류</translation>
    </message>
    <message>
        <source>not valid JSON</source>
        <translation>JSON 오류</translation>
    </message>
    <message>
        <source>bad label</source>
        <translation>레이블 오류</translation>
    </message>
    <message>
        <source>bad tools</source>
        <translation>도구 오류</translation>
    </message>
    <message>
        <source>number of cells</source>
        <translation>칸 수가 다름</translation>
    </message>
    <message>
        <source>empty answer</source>
        <translation>빈 답변</translation>
    </message>
    <message>
        <source>empty prompt</source>
        <translation>빈 프롬프트</translation>
    </message>
    <message>
        <source>empty row</source>
        <translation>빈 행</translation>
    </message>
    <message>
        <source>empty text</source>
        <translation>빈 텍스트</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>답변 없음</translation>
    </message>
    <message>
        <source>no content</source>
        <translation>내용 없음</translation>
    </message>
    <message>
        <source>unknown columns</source>
        <translation>알 수 없는 열</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>레이블 없음</translation>
    </message>
    <message>
        <source>no messages</source>
        <translation>메시지 없음</translation>
    </message>
    <message>
        <source>no pair</source>
        <translation>쌍 없음</translation>
    </message>
    <message>
        <source>no prompt</source>
        <translation>프롬프트 없음</translation>
    </message>
    <message>
        <source>no question</source>
        <translation>질문 없음</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>텍스트 없음</translation>
    </message>
    <message>
        <source>nothing to train</source>
        <translation>학습할 내용 없음</translation>
    </message>
    <message>
        <source>no turns</source>
        <translation>대화 없음</translation>
    </message>
    <message>
        <source>not a list</source>
        <translation>목록이 아님</translation>
    </message>
    <message>
        <source>not a message</source>
        <translation>메시지가 아님</translation>
    </message>
    <message>
        <source>not an object</source>
        <translation>객체가 아님</translation>
    </message>
    <message>
        <source>not text</source>
        <translation>텍스트가 아님</translation>
    </message>
    <message>
        <source>NUL byte</source>
        <translation>NUL 바이트</translation>
    </message>
    <message>
        <source>open quote</source>
        <translation>닫히지 않은 따옴표</translation>
    </message>
    <message>
        <source>same answers</source>
        <translation>같은 답변</translation>
    </message>
    <message>
        <source>several rows</source>
        <translation>여러 행</translation>
    </message>
    <message>
        <source>too many members</source>
        <translation>항목이 너무 많음</translation>
    </message>
    <message>
        <source>unknown role</source>
        <translation>알 수 없는 역할</translation>
    </message>
    <message>
        <source>weight 0</source>
        <translation>가중치 0</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::RowTableModel</name>
    <message>
        <source>Row</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>답변</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>삭제함</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>변경함</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::RowsTab</name>
    <message numerus="yes">
        <source>%Ln row(s) changed</source>
        <translation>
            <numerusform>%Ln개 행 변경</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) deleted</source>
        <translation>
            <numerusform>%Ln개 행 삭제</numerusform>
        </translation>
    </message>
    <message>
        <source>No edits</source>
        <translation>편집 없음</translation>
    </message>
    <message>
        <source>the file is as it was</source>
        <translation>파일은 그대로입니다</translation>
    </message>
    <message>
        <source>No row holds this text</source>
        <translation>이 텍스트가 있는 행이 없습니다</translation>
    </message>
    <message>
        <source>Rows of the file</source>
        <translation>파일의 행</translation>
    </message>
    <message>
        <source>Search the rows</source>
        <translation>행 검색</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>편집</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>삭제</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>This row as a model sees it</source>
        <translation>모델이 보는 이 행</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>되살리기</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>검색 중…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) found</source>
        <translation>
            <numerusform>%Ln개 행 찾음</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::data::ShareBar</name>
    <message>
        <source>Answers, trained</source>
        <translation>답변, 학습함</translation>
    </message>
    <message>
        <source>Context, read only</source>
        <translation>컨텍스트, 읽기만 함</translation>
    </message>
    <message>
        <source>Special tokens</source>
        <translation>특수 토큰</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TemplateAnswer</name>
    <message>
        <source>the model&apos;s own</source>
        <translation>모델의 템플릿</translation>
    </message>
    <message>
        <source>%1, the model has none</source>
        <translation>%1 (모델에 템플릿 없음)</translation>
    </message>
    <message>
        <source>The end of an answer is not trained</source>
        <translation>답변의 끝을 학습하지 않습니다</translation>
    </message>
    <message>
        <source>A trained model would not stop. Choose a template that writes the model&apos;s end of turn inside the answer.</source>
        <translation>학습한 모델이 멈추지 않을 수 있습니다. 모델의 턴 종료를 답변 안에 쓰는 템플릿을 고르세요.</translation>
    </message>
    <message>
        <source>No token ends a text</source>
        <translation>텍스트를 끝내는 토큰이 없습니다</translation>
    </message>
    <message>
        <source>Name eos_token in the model&apos;s tokenizer_config.json.</source>
        <translation>모델의 tokenizer_config.json에 eos_token을 적으세요.</translation>
    </message>
    <message>
        <source>Turns end with %1, which no file names as a token that stops</source>
        <translation>턴이 %1(으)로 끝나지만, 어느 파일도 이것을 종료 토큰으로 적지 않았습니다</translation>
    </message>
    <message>
        <source>It stops here; other programs may go on. Add it to eos_token_id in generation_config.json.</source>
        <translation>여기서는 멈추지만 다른 프로그램은 계속할 수 있습니다. generation_config.json의 eos_token_id에 추가하세요.</translation>
    </message>
    <message>
        <source>The template leaves the last answer open</source>
        <translation>템플릿이 마지막 답변을 끝맺지 않습니다</translation>
    </message>
    <message>
        <source>Training ends it with EOS; other programs have to add it themselves.</source>
        <translation>학습에서는 EOS로 끝맺습니다. 다른 프로그램은 직접 붙여야 합니다.</translation>
    </message>
    <message>
        <source>The template does not show tools</source>
        <translation>템플릿이 도구를 보여 주지 않습니다</translation>
    </message>
    <message>
        <source>Row %1, token %2 of the whole</source>
        <translation>%1번째 행, 전체의 %2번째 토큰</translation>
    </message>
    <message>
        <source>Row %1, token %2 of what comes before an answer</source>
        <translation>%1번째 행, 답변 앞부분의 %2번째 토큰</translation>
    </message>
    <message>
        <source>Training, playground and export write the same tokens</source>
        <translation>학습, 플레이그라운드, 내보내기가 같은 토큰을 씁니다</translation>
    </message>
    <message numerus="yes">
        <source>in the first %n row(s)</source>
        <translation>
            <numerusform>처음 %n개 행에서</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) are not written with the same tokens everywhere</source>
        <translation>
            <numerusform>%n개 행이 모든 곳에서 같은 토큰으로 쓰이지 않습니다</numerusform>
        </translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>플레이그라운드</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message numerus="yes">
        <source>The template refuses %n row(s)</source>
        <translation>
            <numerusform>템플릿이 %n개 행을 거부합니다</numerusform>
        </translation>
    </message>
    <message>
        <source>Plain texts are trained without a template</source>
        <translation>일반 텍스트는 템플릿 없이 학습합니다</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TemplateCard</name>
    <message>
        <source>Template check</source>
        <translation>템플릿 점검</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>템플릿</translation>
    </message>
    <message>
        <source>the same everywhere</source>
        <translation>모두 같음</translation>
    </message>
    <message>
        <source>not the same</source>
        <translation>같지 않음</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TokenLegend</name>
    <message>
        <source>trained</source>
        <comment>look of a token</comment>
        <translation>학습</translation>
    </message>
    <message>
        <source>in the loss</source>
        <translation>손실에 포함</translation>
    </message>
    <message>
        <source>context</source>
        <comment>look of a token</comment>
        <translation>컨텍스트</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>읽기만 함</translation>
    </message>
    <message>
        <source>special</source>
        <comment>look of a token</comment>
        <translation>특수</translation>
    </message>
    <message>
        <source>of the template</source>
        <translation>템플릿의 토큰</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TokenSample</name>
    <message>
        <source>The template and the tokenizer both begin with BOS. One was removed.</source>
        <translation>템플릿과 토크나이저가 모두 BOS로 시작합니다. 하나를 제거했습니다.</translation>
    </message>
    <message>
        <source>The tokenizer begins with BOS, the template does not.</source>
        <translation>토크나이저는 BOS로 시작하지만 템플릿은 그렇지 않습니다.</translation>
    </message>
    <message>
        <source>A trained answer does not end with a stop token: the model may not learn to stop.</source>
        <translation>학습하는 답변이 종료 토큰으로 끝나지 않습니다. 모델이 답변을 끝내는 법을 배우지 못할 수 있습니다.</translation>
    </message>
    <message>
        <source>The template does not show an answer.</source>
        <translation>템플릿에 답변이 나타나지 않습니다.</translation>
    </message>
    <message>
        <source>A turn holds the text of a special token. It becomes that token.</source>
        <translation>턴에 특수 토큰의 텍스트가 있습니다. 그 토큰으로 읽힙니다.</translation>
    </message>
    <message>
        <source>The end of an answer is cut, and with it the token that stops.</source>
        <translation>답변의 끝이 잘리면서 종료 토큰도 잘립니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TokenTab</name>
    <message>
        <source>Tokens need a model</source>
        <translation>토큰을 보려면 모델이 필요합니다</translation>
    </message>
    <message>
        <source>Each model cuts text in its own way. Add one to see what it will learn from.</source>
        <translation>모델마다 텍스트를 나누는 방식이 다릅니다. 모델을 추가하면 학습할 토큰을 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>모델 추가…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Model whose tokenizer is used</source>
        <translation>토크나이저를 사용할 모델</translation>
    </message>
    <message>
        <source>Row before</source>
        <translation>이전 행</translation>
    </message>
    <message>
        <source>Next row</source>
        <translation>다음 행</translation>
    </message>
    <message>
        <source>Row %1</source>
        <translation>%1행</translation>
    </message>
    <message>
        <source>This row leaves no tokens to train on</source>
        <translation>이 행에는 학습할 토큰이 없습니다</translation>
    </message>
    <message>
        <source>It may be empty, or too long for the model&apos;s context.</source>
        <translation>비어 있거나 모델의 컨텍스트보다 길 수 있습니다.</translation>
    </message>
    <message>
        <source>%1 tokens · %2 trained · %3</source>
        <translation>토큰 %1개 · 학습 %2개 · %3</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) of this row are cut: it is longer than the model&apos;s context.</source>
        <translation>
            <numerusform>모델의 컨텍스트보다 길어 이 행의 토큰 %n개가 잘립니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>This row is deleted</source>
        <translation>삭제한 행입니다</translation>
    </message>
    <message>
        <source>Bring it back under Rows to see its tokens.</source>
        <translation>토큰을 보려면 행 탭에서 되살리십시오.</translation>
    </message>
</context>
<context>
    <name>ui::pages::data::TokenView</name>
    <message>
        <source>system</source>
        <comment>role of a turn</comment>
        <translation>시스템</translation>
    </message>
    <message>
        <source>user</source>
        <comment>role of a turn</comment>
        <translation>사용자</translation>
    </message>
    <message>
        <source>assistant</source>
        <comment>role of a turn</comment>
        <translation>어시스턴트</translation>
    </message>
    <message>
        <source>tool</source>
        <comment>role of a turn</comment>
        <translation>도구</translation>
    </message>
    <message>
        <source>Tokens of the row</source>
        <translation>이 행의 토큰</translation>
    </message>
    <message>
        <source>row %1 begins · attention and positions restart</source>
        <translation>%1행 시작 · 어텐션과 위치 새로 시작</translation>
    </message>
    <message>
        <source>row %1</source>
        <translation>%1행</translation>
    </message>
    <message>
        <source>%1  id %2 · special</source>
        <translation>%1  id %2 · 특수</translation>
    </message>
    <message>
        <source>%1  id %2</source>
        <translation>%1  id %2</translation>
    </message>
    <message>
        <source>Position %1 · trained</source>
        <translation>위치 %1 · 학습</translation>
    </message>
    <message>
        <source>Position %1 · read only, it carries no loss</source>
        <translation>위치 %1 · 읽기만 함, 손실에 포함되지 않음</translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::EarlierExports</name>
    <message>
        <source>Earlier exports</source>
        <translation>이전 내보내기</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>When</source>
        <translation>시각</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>폴더</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>검사</translation>
    </message>
    <message>
        <source>Nothing exported yet</source>
        <translation>내보낸 것이 없습니다</translation>
    </message>
    <message>
        <source>What you export is listed here.</source>
        <translation>내보낸 결과가 여기에 나열됩니다.</translation>
    </message>
    <message>
        <source>not compared</source>
        <translation>비교 안 함</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>통과</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>실패</translation>
    </message>
    <message numerus="yes">
        <source>%n export(s)</source>
        <translation>
            <numerusform>내보내기 %n개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::ExportPage</name>
    <message>
        <source>Earlier exports</source>
        <translation>이전 내보내기</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>내보낸 결과가 없습니다</translation>
    </message>
    <message>
        <source>A merged model is compared with base and adapter before its folder is put in place. The report appears here.</source>
        <translation>병합 모델은 폴더를 제자리에 두기 전에 베이스와 어댑터에 비교합니다. 보고서가 여기에 표시됩니다.</translation>
    </message>
    <message>
        <source>Folder to write into</source>
        <translation>저장할 폴더</translation>
    </message>
    <message>
        <source>%1 · being written</source>
        <translation>%1 · 저장 중</translation>
    </message>
    <message>
        <source>%1 · ended %2, took %3</source>
        <translation>%1 · %2 종료, %3 걸림</translation>
    </message>
    <message>
        <source>The adapter is no longer at %1.</source>
        <translation>%1 위치에 어댑터가 없습니다.</translation>
    </message>
    <message>
        <source>The base model is not at %1. Add it on the Models page.</source>
        <translation>%1 위치에 베이스 모델이 없습니다. 모델 페이지에서 추가하십시오.</translation>
    </message>
    <message>
        <source>%1 exists already and is not empty. Choose another folder.</source>
        <translation>%1 폴더가 이미 있고 비어 있지 않습니다. 다른 폴더를 선택하십시오.</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>보고서 저장</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON(*.json)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::MergeComparison</name>
    <message>
        <source>Both merges</source>
        <translation>두 가지 병합</translation>
    </message>
    <message>
        <source>Merged into</source>
        <translation>병합 대상</translation>
    </message>
    <message>
        <source>Largest |Δ logit|</source>
        <translation>최대 |Δ logit|</translation>
    </message>
    <message>
        <source>Mean KL</source>
        <translation>평균 KL</translation>
    </message>
    <message>
        <source>Same top token</source>
        <translation>1순위 토큰 일치</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Differences of both merges</source>
        <translation>두 병합의 차이</translation>
    </message>
    <message>
        <source>Weights as they were trained on</source>
        <translation>학습할 때의 가중치</translation>
    </message>
    <message>
        <source>Original weights</source>
        <translation>원래 가중치</translation>
    </message>
    <message>
        <source>%1 (written)</source>
        <translation>%1(저장함)</translation>
    </message>
    <message>
        <source>against the adapter on the base in %1</source>
        <translation>%1 베이스의 어댑터와 비교</translation>
    </message>
    <message>
        <source>The adapter on that base has a loss of %1.</source>
        <translation>그 베이스에서 어댑터의 손실은 %1입니다.</translation>
    </message>
    <message>
        <source>The base is stored packed: there are no original weights to merge into.</source>
        <translation>베이스가 압축되어 저장되어 있어 병합할 원래 가중치가 없습니다.</translation>
    </message>
    <message>
        <source>The original weights are more exact, those it was trained on are the ones the adapter knows. The smaller difference is the safer merge.</source>
        <translation>원래 가중치가 더 정확하고, 어댑터가 아는 것은 학습할 때의 가중치입니다. 차이가 작은 쪽이 더 안전합니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::PlanPanel</name>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>명령</translation>
    </message>
    <message>
        <source>What to write</source>
        <translation>저장할 내용</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>배율</translation>
    </message>
    <message>
        <source>How strongly the adapter acts: 1 as it was trained, 0 not at all.</source>
        <translation>어댑터를 적용하는 세기입니다. 1은 학습한 그대로, 0은 적용하지 않습니다.</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>저장된 형식</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>Number format of the merged weights.</source>
        <translation>병합한 가중치의 숫자 형식입니다.</translation>
    </message>
    <message>
        <source>Shard size</source>
        <translation>분할 크기</translation>
    </message>
    <message>
        <source>A model larger than this is written as several files.</source>
        <translation>이보다 큰 모델은 여러 파일로 나누어 저장합니다.</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>폴더</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>변경…</translation>
    </message>
    <message>
        <source>Choose the folder to write into</source>
        <translation>저장할 폴더 선택</translation>
    </message>
    <message>
        <source>As stored (%1)</source>
        <translation>저장된 형식(%1)</translation>
    </message>
    <message>
        <source>Export again</source>
        <translation>다시 내보내기</translation>
    </message>
    <message>
        <source>An export is being written.</source>
        <translation>내보내는 중입니다.</translation>
    </message>
    <message>
        <source>There is no adapter yet. Train one, or import one on the Adapters page.</source>
        <translation>어댑터가 없습니다. 학습하거나 어댑터 페이지에서 가져오십시오.</translation>
    </message>
    <message>
        <source>The scale is not a number that can be used.</source>
        <translation>배율에 사용할 수 없는 값입니다.</translation>
    </message>
    <message>
        <source>Choose at least one format.</source>
        <translation>형식을 하나 이상 선택하십시오.</translation>
    </message>
    <message>
        <source>Name the folder to write into.</source>
        <translation>저장할 폴더를 지정하십시오.</translation>
    </message>
    <message>
        <source>Only for a merged model</source>
        <translation>병합 모델에만 적용</translation>
    </message>
    <message>
        <source>To write</source>
        <translation>저장할 크기</translation>
    </message>
    <message>
        <source>Memory needed</source>
        <translation>필요한 메모리</translation>
    </message>
    <message>
        <source>about %1, for the check</source>
        <translation>약 %1, 검사용</translation>
    </message>
    <message>
        <source>Back to 1</source>
        <translation>1로 되돌리기</translation>
    </message>
    <message>
        <source>Not a number from −1000 to 1000</source>
        <translation>−1000에서 1000 사이의 숫자가 아닙니다</translation>
    </message>
    <message>
        <source>Writes the base unchanged</source>
        <translation>베이스를 그대로 저장합니다</translation>
    </message>
    <message>
        <source>There is not enough room on this drive.</source>
        <translation>드라이브의 공간이 부족합니다.</translation>
    </message>
    <message>
        <source>%1, %2 are free</source>
        <translation>%1, 여유 %2</translation>
    </message>
    <message>
        <source>Not for %1: %2.</source>
        <translation>%1에는 쓸 수 없음: %2.</translation>
    </message>
    <message>
        <source>No format holds what this adapter is.</source>
        <translation>이 어댑터를 담을 수 있는 형식이 없습니다.</translation>
    </message>
    <message>
        <source>The rank is not one that the adapter has.</source>
        <translation>어댑터에 없는 랭크입니다.</translation>
    </message>
    <message>
        <source>Original weights</source>
        <translation>원래 가중치</translation>
    </message>
    <message>
        <source>Weights as they were trained on</source>
        <translation>학습할 때의 가중치</translation>
    </message>
    <message>
        <source>Merge into</source>
        <translation>병합 대상</translation>
    </message>
    <message>
        <source>Trained on %1. Both are measured.</source>
        <translation>%1에서 학습했습니다. 둘 다 측정합니다.</translation>
    </message>
    <message>
        <source>The adapter saw rounded weights. Merged into the original ones it answers a little differently; the report measures both.</source>
        <translation>어댑터는 반올림한 가중치를 보았습니다. 원래 가중치에 병합하면 답변이 조금 다릅니다. 보고서는 둘 다 측정합니다.</translation>
    </message>
    <message>
        <source>Trained on %1, whose rounding this adapter corrects (LoftQ): the original weights would get the correction twice.</source>
        <translation>%1에서 학습했으며, 이 어댑터는 그 반올림을 보정합니다(LoftQ). 원래 가중치에 병합하면 보정이 두 번 적용됩니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::ProgressPanel</name>
    <message>
        <source>Writing</source>
        <translation>저장 중</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Nothing of the current format is put in place</source>
        <translation>현재 형식의 결과는 남기지 않습니다</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>내보내기 진행률</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%2 중 %1</translation>
    </message>
    <message>
        <source>Reading the base and the adapter</source>
        <translation>베이스와 어댑터 읽는 중</translation>
    </message>
    <message>
        <source>%1 of %2 written</source>
        <translation>%2 중 %1 저장됨</translation>
    </message>
    <message>
        <source>Written; re-reading it and comparing its answers</source>
        <translation>저장됨. 다시 읽어 답변을 비교하는 중</translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::RankField</name>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>This adapter works at every rank up to its own: a lower one is smaller and a little less precise.</source>
        <translation>이 어댑터는 자기 랭크까지 어느 랭크에서나 쓸 수 있습니다. 낮은 랭크는 더 작고 조금 덜 정확합니다.</translation>
    </message>
    <message>
        <source>Back to all ranks</source>
        <translation>모든 랭크로 되돌리기</translation>
    </message>
    <message>
        <source>Not a rank from 1 to %1</source>
        <translation>1에서 %1까지의 랭크가 아닙니다</translation>
    </message>
</context>
<context>
    <name>ui::pages::exporting::ReportPanel</name>
    <message>
        <source>failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>통과</translation>
    </message>
    <message>
        <source>written</source>
        <translation>저장됨</translation>
    </message>
    <message>
        <source>Verification report</source>
        <translation>검증 보고서</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>보고서 저장</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>출력</translation>
    </message>
    <message>
        <source>Largest |Δ logit|</source>
        <translation>최대 |Δ logit|</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>허용</translation>
    </message>
    <message>
        <source>Mean KL</source>
        <translation>평균 KL</translation>
    </message>
    <message>
        <source>Same top token</source>
        <translation>1순위 토큰 일치</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>결과</translation>
    </message>
    <message>
        <source>Numbers of the verification</source>
        <translation>검증 수치</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Reveal</source>
        <translation>위치 열기</translation>
    </message>
    <message>
        <source>Files that were written</source>
        <translation>저장한 파일</translation>
    </message>
    <message>
        <source>Open with</source>
        <translation>여는 방법</translation>
    </message>
    <message>
        <source>against base and adapter in fp32, on the same tokens</source>
        <translation>같은 토큰에서 베이스와 어댑터(fp32)에 비교</translation>
    </message>
    <message numerus="yes">
        <source>%n export(s) passed and are in place.</source>
        <translation>
            <numerusform>내보내기 %n개가 검사를 통과해 저장되었습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n export(s) are in place.</source>
        <translation>
            <numerusform>내보내기 %n개가 저장되었습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>A merged model was re-read from disk and compared before its folder was published.</source>
        <translation>병합 모델을 디스크에서 다시 읽어 비교한 뒤 폴더를 공개했습니다.</translation>
    </message>
    <message>
        <source>An adapter is copied as it is; there is nothing to compare.</source>
        <translation>어댑터는 그대로 복사하므로 비교할 것이 없습니다.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Nothing of it was put in place.</source>
        <translation>결과를 남기지 않았습니다.</translation>
    </message>
    <message>
        <source>%1 in %2 · %3</source>
        <translation>%2의 %1 · %3</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>파일 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation>
            <numerusform>폴더 %n개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::home::AttentionCard</name>
    <message>
        <source>Needs attention</source>
        <translation>확인이 필요합니다</translation>
    </message>
    <message>
        <source>The last checkpoint is step %1.</source>
        <translation>마지막 체크포인트는 %1단계입니다.</translation>
    </message>
    <message>
        <source>It has no checkpoint and would begin again.</source>
        <translation>체크포인트가 없어 처음부터 다시 시작합니다.</translation>
    </message>
    <message>
        <source>%1 was interrupted at step %2.</source>
        <translation>%1 실행이 %2단계에서 중단되었습니다.</translation>
    </message>
    <message>
        <source>Resume from %1</source>
        <translation>%1단계부터 재개</translation>
    </message>
    <message>
        <source>Begin again</source>
        <translation>처음부터 시작</translation>
    </message>
    <message>
        <source>%1 was not resumed.</source>
        <translation>%1 실행을 재개하지 못했습니다.</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>자세히</translation>
    </message>
    <message numerus="yes">
        <source>%n adapter(s) need it: %1</source>
        <translation>
            <numerusform>어댑터 %n개에 필요합니다: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>It was at %1</source>
        <translation>이전 위치: %1</translation>
    </message>
    <message>
        <source>%1 is not where it was.</source>
        <translation>%1 모델이 원래 위치에 없습니다.</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>위치 지정…</translation>
    </message>
    <message>
        <source>Search my folders</source>
        <translation>내 폴더에서 찾기</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>목록에서 제거</translation>
    </message>
    <message>
        <source>%1 was not removed.</source>
        <translation>%1 항목을 제거하지 못했습니다.</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be trained.</source>
        <translation>엔진이 실행되지 않아 학습할 수 없습니다.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Make a support bundle</source>
        <translation>지원 번들 만들기</translation>
    </message>
    <message>
        <source>The library is closed, so nothing new is remembered.</source>
        <translation>라이브러리가 닫혀 있어 새 항목이 기록되지 않습니다.</translation>
    </message>
    <message>
        <source>The library is damaged.</source>
        <translation>라이브러리가 손상되었습니다.</translation>
    </message>
    <message>
        <source>Start the studio again, and it is rebuilt from your runs.</source>
        <translation>스튜디오를 다시 시작하면 실행 기록에서 라이브러리를 다시 만듭니다.</translation>
    </message>
    <message>
        <source>The library was damaged and is being rebuilt from your runs.</source>
        <translation>라이브러리가 손상되어 실행 기록에서 다시 만드는 중입니다.</translation>
    </message>
    <message>
        <source>The damaged file is kept as %1</source>
        <translation>손상된 파일 보관 위치: %1</translation>
    </message>
    <message>
        <source>The settings could not be read, so the defaults hold.</source>
        <translation>설정을 읽지 못해 기본값을 사용합니다.</translation>
    </message>
    <message>
        <source>Check the settings</source>
        <translation>설정 확인</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Where is %1 now?</source>
        <translation>%1 모델은 지금 어디에 있습니까?</translation>
    </message>
    <message>
        <source>%1 was not found.</source>
        <translation>%1 모델을 찾지 못했습니다.</translation>
    </message>
    <message>
        <source>Searched: %1</source>
        <translation>찾아본 위치: %1</translation>
    </message>
    <message>
        <source>%1 is not there.</source>
        <translation>%1 위치에 모델이 없습니다.</translation>
    </message>
    <message>
        <source>That is another model than %1.</source>
        <translation>%1 모델이 아닌 다른 모델입니다.</translation>
    </message>
    <message>
        <source>%1 was not moved.</source>
        <translation>%1 모델의 위치를 바꾸지 못했습니다.</translation>
    </message>
    <message>
        <source>Show %1 more of %2</source>
        <translation>%2개 중 %1개 더 보기</translation>
    </message>
</context>
<context>
    <name>ui::pages::home::ComputerCard</name>
    <message>
        <source>This computer</source>
        <translation>이 컴퓨터</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>프로세서</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
    <message>
        <source>Library drive</source>
        <translation>라이브러리 드라이브</translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>스레드 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2 busy</source>
        <translation>%1, %2 사용 중</translation>
    </message>
    <message>
        <source>%1 free of %2</source>
        <translation>%2 중 %1 남음</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>알 수 없음</translation>
    </message>
    <message>
        <source>What can be trained on is known once the engine has started.</source>
        <translation>엔진이 시작되면 학습할 수 있는 장치를 표시합니다.</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>프로세서</translation>
    </message>
    <message>
        <source>Trains on %1</source>
        <translation>학습 장치: %1</translation>
    </message>
    <message>
        <source>Trains on %1, natively in %2</source>
        <translation>학습 장치: %1, %2 기본 지원</translation>
    </message>
    <message>
        <source>No GPU: %1</source>
        <translation>GPU 없음: %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::home::HomePage</name>
    <message>
        <source>Home</source>
        <translation>홈</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>새 학습</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>가져오기…</translation>
    </message>
    <message>
        <source>Model folder…</source>
        <translation>모델 폴더…</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>모델 폴더 선택</translation>
    </message>
    <message>
        <source>Adapter folder…</source>
        <translation>어댑터 폴더…</translation>
    </message>
    <message>
        <source>Choose an adapter folder</source>
        <translation>어댑터 폴더 선택</translation>
    </message>
    <message>
        <source>Run folder…</source>
        <translation>실행 폴더…</translation>
    </message>
    <message>
        <source>Choose a run folder</source>
        <translation>실행 폴더 선택</translation>
    </message>
    <message>
        <source>Data files…</source>
        <translation>데이터 파일…</translation>
    </message>
    <message>
        <source>Choose data files</source>
        <translation>데이터 파일 선택</translation>
    </message>
</context>
<context>
    <name>ui::pages::home::RecentRunsCard</name>
    <message>
        <source>Recent runs</source>
        <translation>최근 실행</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>실행이 없습니다</translation>
    </message>
    <message>
        <source>What you train appears here, with its curve.</source>
        <translation>학습한 실행이 손실 곡선과 함께 여기에 표시됩니다.</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>모든 실행</translation>
    </message>
</context>
<context>
    <name>ui::pages::home::RecentRunsModel</name>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>베이스</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>Trainable</source>
        <translation>학습 매개변수</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>시작</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 남음</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>%2단계 중 %1</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>%1단계</translation>
    </message>
    <message>
        <source>diverged at step %1</source>
        <translation>%1단계에서 발산</translation>
    </message>
</context>
<context>
    <name>ui::pages::home::TryCard</name>
    <message>
        <source>Small talk</source>
        <translation>잡담 모델</translation>
    </message>
    <message>
        <source>Pirate talk</source>
        <translation>해적 말투 대화</translation>
    </message>
    <message>
        <source>Your adapter</source>
        <translation>내 어댑터</translation>
    </message>
    <message>
        <source>Train the sample model to answer like a pirate, then compare before and after. Everything is on this computer.</source>
        <translation>샘플 모델이 해적처럼 답하도록 학습한 뒤 전과 후를 비교해 보십시오. 필요한 것은 모두 이 컴퓨터에 있습니다.</translation>
    </message>
    <message>
        <source>Try it now</source>
        <translation>지금 해 보기</translation>
    </message>
    <message>
        <source>Train the sample</source>
        <translation>샘플 학습</translation>
    </message>
    <message>
        <source>Show the result</source>
        <translation>결과 보기</translation>
    </message>
    <message>
        <source>Use my own model and data…</source>
        <translation>내 모델과 데이터 사용…</translation>
    </message>
    <message>
        <source>%1 parameters · %2</source>
        <translation>매개변수 %1 · %2</translation>
    </message>
    <message>
        <source>%1 conversations · %2</source>
        <translation>대화 %1개 · %2</translation>
    </message>
    <message>
        <source>trained in %1, %2</source>
        <translation>%1 동안 학습, %2</translation>
    </message>
    <message>
        <source>This program came without its samples.</source>
        <translation>이 프로그램에는 샘플이 들어 있지 않습니다.</translation>
    </message>
    <message>
        <source>The engine is starting.</source>
        <translation>엔진을 시작하는 중입니다.</translation>
    </message>
    <message>
        <source>The engine does not run; see below.</source>
        <translation>엔진이 실행되지 않습니다. 아래를 확인하십시오.</translation>
    </message>
    <message>
        <source>Copying the sample.</source>
        <translation>샘플을 복사하는 중입니다.</translation>
    </message>
    <message>
        <source>It waits in the queue.</source>
        <translation>대기열에서 기다리고 있습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n short step(s)</source>
        <translation>
            <numerusform>짧은 %n단계</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts after %1, in about %2</source>
        <translation>%1 다음에 시작, 약 %2 후</translation>
    </message>
    <message>
        <source>Starts after %1</source>
        <translation>%1 다음에 시작</translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModelFacts</name>
    <message>
        <source>Overview</source>
        <translation>개요</translation>
    </message>
    <message>
        <source>no problems</source>
        <translation>문제 없음</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>채팅 템플릿</translation>
    </message>
    <message>
        <source>preview</source>
        <translation>미리 보기</translation>
    </message>
    <message>
        <source>This model has none. Conversations are written as plain text with headings.</source>
        <translation>템플릿이 없는 모델입니다. 대화는 제목을 붙인 일반 텍스트로 변환됩니다.</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>토크나이저</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>계열</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>Embedding, tied</source>
        <translation>임베딩(공유)</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>임베딩</translation>
    </message>
    <message>
        <source>Layers × width</source>
        <translation>층 × 너비</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>컨텍스트</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>토큰 %1개</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>Modules</source>
        <translation>모듈</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>문제 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>외 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no tokenizer that can be read.</source>
        <translation>읽을 수 있는 토크나이저가 없습니다.</translation>
    </message>
    <message>
        <source>This model can be looked at, but not trained or asked.</source>
        <translation>살펴볼 수는 있지만 학습하거나 질문할 수는 없습니다.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>종류</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>어휘</translation>
    </message>
    <message>
        <source>BOS</source>
        <translation>BOS</translation>
    </message>
    <message>
        <source>EOS</source>
        <translation>EOS</translation>
    </message>
    <message>
        <source>Pad</source>
        <translation>패딩</translation>
    </message>
    <message>
        <source>Pad and EOS are the same token. Ends of answers stay trained.</source>
        <translation>패딩과 EOS가 같은 토큰입니다. 답변 끝은 그대로 학습됩니다.</translation>
    </message>
    <message>
        <source>as written in the model</source>
        <translation>모델에 적힌 그대로</translation>
    </message>
    <message>
        <source>none</source>
        <comment>the tokenizer has no such token</comment>
        <translation>없음</translation>
    </message>
    <message>
        <source>Packed as</source>
        <translation>압축 형식</translation>
    </message>
    <message>
        <source>%1, scales packed too</source>
        <translation>%1, 배율도 압축</translation>
    </message>
    <message>
        <source>Packed layers</source>
        <translation>압축한 층</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>A packed weight</source>
        <translation>압축한 가중치 하나</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1바이트</translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModelListModel</name>
    <message>
        <source>moved</source>
        <comment>the folder of a model is not where it was</comment>
        <translation>이동됨</translation>
    </message>
    <message numerus="yes">
        <source>%n adapter(s)</source>
        <translation>
            <numerusform>어댑터 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 K context</source>
        <translation>컨텍스트 %1 K</translation>
    </message>
    <message>
        <source>%1 context</source>
        <translation>컨텍스트 %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModelsPage</name>
    <message>
        <source>Add a model…</source>
        <translation>모델 추가…</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Train this model</source>
        <translation>이 모델 학습</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>모델이 없습니다</translation>
    </message>
    <message>
        <source>A folder with config.json and safetensors files, as transformers and the hub keep them.</source>
        <translation>transformers와 허브의 형식처럼 config.json과 safetensors 파일이 있는 폴더입니다.</translation>
    </message>
    <message>
        <source>or drop a model folder anywhere</source>
        <translation>또는 아무 곳에나 모델 폴더를 끌어다 놓으십시오</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Filter models</source>
        <translation>모델 필터</translation>
    </message>
    <message>
        <source>Drop a model folder here</source>
        <translation>여기에 모델 폴더를 끌어다 놓으십시오</translation>
    </message>
    <message>
        <source>About the model</source>
        <translation>모델 정보</translation>
    </message>
    <message>
        <source>Reading the model was cancelled</source>
        <translation>모델 읽기를 취소했습니다</translation>
    </message>
    <message>
        <source>Files of the model</source>
        <translation>모델의 파일</translation>
    </message>
    <message>
        <source>Adapters of the model</source>
        <translation>모델의 어댑터</translation>
    </message>
    <message>
        <source>Modules</source>
        <translation>모듈</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>모델 추가</translation>
    </message>
    <message>
        <source>This model is not where it was.</source>
        <translation>모델이 원래 위치에 없습니다.</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>위치 지정…</translation>
    </message>
    <message>
        <source>Locate the model</source>
        <translation>모델 위치 지정</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>Remove %1 from the list?</source>
        <translation>%1 항목을 목록에서 제거하시겠습니까?</translation>
    </message>
    <message>
        <source>Its files stay where they are. It can be added again at any time.</source>
        <translation>파일은 그대로 남으며 언제든 다시 추가할 수 있습니다.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>제거</translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModuleTab</name>
    <message>
        <source>Find a module or test a pattern, for example q v</source>
        <translation>모듈 찾기 또는 패턴 시험, 예: q v</translation>
    </message>
    <message>
        <source>Collapse all</source>
        <translation>모두 접기</translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation>이름 복사</translation>
    </message>
    <message>
        <source>Find a module</source>
        <translation>모듈 찾기</translation>
    </message>
    <message>
        <source>Modules of the model</source>
        <translation>모델의 모듈</translation>
    </message>
    <message>
        <source>Expand all</source>
        <translation>모두 펼치기</translation>
    </message>
    <message>
        <source>Choose a module to see its name.</source>
        <translation>모듈을 선택하면 이름이 표시됩니다.</translation>
    </message>
    <message>
        <source>No module matches.</source>
        <translation>일치하는 모듈이 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n module(s) match.</source>
        <translation>
            <numerusform>모듈 %n개가 일치합니다.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::models::ModuleTreeModel</name>
    <message numerus="yes">
        <source>%n more block(s)</source>
        <translation>
            <numerusform>블록 %n개 더</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (tied)</source>
        <translation>%1(공유)</translation>
    </message>
    <message numerus="yes">
        <source>%n block(s)</source>
        <translation>
            <numerusform>블록 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 + bias</source>
        <translation>%1 + 편향</translation>
    </message>
    <message>
        <source>Module</source>
        <translation>모듈</translation>
    </message>
    <message>
        <source>Shape (out × in)</source>
        <translation>크기(출력 × 입력)</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>비율</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::AdapterPicker</name>
    <message>
        <source>Search adapters</source>
        <translation>어댑터 검색</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>베이스</translation>
    </message>
    <message>
        <source>No adapter</source>
        <translation>어댑터 없음</translation>
    </message>
    <message>
        <source>for %1</source>
        <translation>%1용</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>폴더 선택…</translation>
    </message>
    <message>
        <source>An adapter that is not in the library</source>
        <translation>라이브러리에 없는 어댑터</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::Composer</name>
    <message>
        <source>System prompt</source>
        <translation>시스템 프롬프트</translation>
    </message>
    <message>
        <source>Keep as evaluation prompt</source>
        <translation>평가 프롬프트로 보관</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>다시 생성</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>중지</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>보내기</translation>
    </message>
    <message>
        <source>How the model shall answer, said before the conversation</source>
        <translation>대화에 앞서 모델에 전하는 답변 지침</translation>
    </message>
    <message>
        <source>Ask all panes…</source>
        <translation>모든 패널에 질문…</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>질문</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter begins a new line</source>
        <translation>Enter로 보내고 Shift+Enter로 줄을 바꿉니다</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::ConversationText</name>
    <message>
        <source>base</source>
        <translation>베이스</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>베이스</translation>
    </message>
    <message>
        <source>System: %1</source>
        <translation>시스템: %1</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>사용자: %1</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>새 대화</translation>
    </message>
    <message>
        <source>the model&apos;s template</source>
        <translation>모델의 템플릿</translation>
    </message>
    <message>
        <source>the adapter&apos;s template</source>
        <translation>어댑터의 템플릿</translation>
    </message>
    <message>
        <source>template %1</source>
        <translation>템플릿 %1</translation>
    </message>
    <message>
        <source>NF4</source>
        <translation>NF4</translation>
    </message>
    <message>
        <source>NF4 without double quantization</source>
        <translation>이중 양자화 없는 NF4</translation>
    </message>
    <message>
        <source>%1, embeddings too</source>
        <translation>%1(임베딩 포함)</translation>
    </message>
    <message>
        <source>full precision</source>
        <translation>원래 정밀도</translation>
    </message>
    <message>
        <source>Trained on the base in %1, which is in %2 here.</source>
        <translation>%1 베이스에서 학습했고, 여기서는 베이스가 %2입니다.</translation>
    </message>
    <message>
        <source>%1 Its correction of the rounding (LoftQ) does not belong here.</source>
        <translation>%1 반올림을 바로잡는 값(LoftQ)은 여기에 맞지 않습니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::DifferenceBar</name>
    <message>
        <source>Same prompt, seed %1</source>
        <translation>같은 프롬프트, 시드 %1</translation>
    </message>
    <message>
        <source>Same prompt, each pane its own seed</source>
        <translation>같은 프롬프트, 패널마다 다른 시드</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::DifferenceText</name>
    <message>
        <source>the end</source>
        <translation>끝</translation>
    </message>
    <message>
        <source>“%1” %2</source>
        <translation>“%1” %2</translation>
    </message>
    <message>
        <source>%1 and %2 differ from token %3: %4 against %5.</source>
        <translation>%1와 %2의 답변이 토큰 %3부터 다릅니다: %4 / %5.</translation>
    </message>
    <message>
        <source>%1 and %2 are the same, token by token.</source>
        <translation>%1와 %2의 답변이 모든 토큰에서 같습니다.</translation>
    </message>
    <message>
        <source>%1 and %2 are the same so far.</source>
        <translation>%1와 %2의 답변이 지금까지 같습니다.</translation>
    </message>
    <message>
        <source>%1 differs from token %2.</source>
        <translation>%1의 답변은 토큰 %2부터 다릅니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::KeptList</name>
    <message>
        <source>Undo</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>제거</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::Pane</name>
    <message>
        <source>No adapter</source>
        <translation>어댑터 없음</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>다시 시작</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>배율</translation>
    </message>
    <message>
        <source>Scale of the adapter</source>
        <translation>어댑터 배율</translation>
    </message>
    <message>
        <source>Answers of the base model</source>
        <translation>베이스 모델의 답변</translation>
    </message>
    <message>
        <source>Answers of pane %1, %2</source>
        <translation>패널 %1의 답변, %2</translation>
    </message>
    <message>
        <source>Choose an adapter folder</source>
        <translation>어댑터 폴더 선택</translation>
    </message>
    <message>
        <source>The base model answers here.</source>
        <translation>베이스 모델이 여기에서 답합니다.</translation>
    </message>
    <message>
        <source>%1 answers here.</source>
        <translation>%1 어댑터가 여기에서 답합니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::PaneButton</name>
    <message>
        <source>Choose who answers in this pane</source>
        <translation>이 패널에서 답할 모델 선택</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::PlaygroundPage</name>
    <message>
        <source>No base model yet</source>
        <translation>베이스 모델이 없습니다</translation>
    </message>
    <message>
        <source>The playground talks with a base model and its adapters.</source>
        <translation>플레이그라운드에서는 베이스 모델과 그 어댑터에 질문해 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>모델 추가</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>플레이그라운드</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n pane(s)</source>
        <translation>
            <numerusform>%1, 패널 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy conversation</source>
        <translation>대화 복사</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>베이스 모델</translation>
    </message>
    <message>
        <source>Number of panes</source>
        <translation>패널 수</translation>
    </message>
    <message>
        <source>One pane</source>
        <translation>패널 1개</translation>
    </message>
    <message>
        <source>Two panes</source>
        <translation>패널 2개</translation>
    </message>
    <message>
        <source>3 panes</source>
        <translation>패널 3개</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>새 대화</translation>
    </message>
    <message>
        <source>The base model is not where it was: %1</source>
        <translation>베이스 모델이 원래 위치에 없습니다: %1</translation>
    </message>
    <message>
        <source>%1 is still writing</source>
        <translation>%1의 답변을 작성하고 있습니다</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>모델 불러오는 중…</translation>
    </message>
    <message>
        <source>Waiting for the engine…</source>
        <translation>엔진 기다리는 중…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>폴더 선택…</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>모델 폴더 선택</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::SamplingPanel</name>
    <message>
        <source>Same seed in all panes</source>
        <translation>모든 패널에 같은 시드</translation>
    </message>
    <message>
        <source>Mark first difference</source>
        <translation>첫 차이 표시</translation>
    </message>
    <message>
        <source>Colour by probability</source>
        <translation>확률에 따라 색칠</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>다른 시드</translation>
    </message>
    <message>
        <source>A whole number from 0</source>
        <translation>0 이상의 정수</translation>
    </message>
    <message>
        <source>all</source>
        <translation>전체</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::SidePanel</name>
    <message>
        <source>Sampling</source>
        <translation>샘플링</translation>
    </message>
    <message>
        <source>Evaluation prompts</source>
        <translation>평가 프롬프트</translation>
    </message>
    <message>
        <source>Prompts you keep are here for every adapter to answer.</source>
        <translation>보관한 프롬프트가 여기에 모이며, 모든 어댑터에 질문할 수 있습니다.</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>대화</translation>
    </message>
    <message>
        <source>Conversations are kept here.</source>
        <translation>나눈 대화가 여기에 보관됩니다.</translation>
    </message>
    <message>
        <source>Greedy</source>
        <translation>그리디</translation>
    </message>
    <message>
        <source>Always the most probable token</source>
        <translation>항상 확률이 가장 높은 토큰 선택</translation>
    </message>
    <message>
        <source>The base is loaded once. Adapters are switched per pane, nothing is copied.</source>
        <translation>베이스는 한 번만 불러옵니다. 어댑터는 패널별로 전환하며 아무것도 복사하지 않습니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::playground::TranscriptView</name>
    <message>
        <source>waiting</source>
        <translation>대기 중</translation>
    </message>
    <message>
        <source>loading the model</source>
        <translation>모델 불러오는 중</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>작성 중</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>중지됨</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>cut at the longest answer</source>
        <translation>최대 길이에서 잘림</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>토큰 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>복사</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>답변 복사</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::ChartMenu</name>
    <message>
        <source>Save the chart</source>
        <translation>차트 저장</translation>
    </message>
    <message>
        <source>chart</source>
        <translation>차트</translation>
    </message>
    <message>
        <source>Picture (PNG)…</source>
        <translation>이미지(PNG)…</translation>
    </message>
    <message>
        <source>Drawing (SVG)…</source>
        <translation>벡터 그림(SVG)…</translation>
    </message>
    <message>
        <source>Numbers (CSV)…</source>
        <translation>수치(CSV)…</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::ChartsTab</name>
    <message>
        <source>Steps</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>선형</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>로그</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>전체 보기</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>평활</translation>
    </message>
    <message>
        <source>Loss of %1</source>
        <translation>%1 손실</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>따라가기</translation>
    </message>
    <message>
        <source>Hold still</source>
        <translation>고정</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::CompareListModel</name>
    <message>
        <source>Six runs at most: each needs a colour and a pattern of its own.</source>
        <translation>실행마다 고유한 색과 무늬가 필요하므로 최대 6개까지 비교할 수 있습니다.</translation>
    </message>
    <message>
        <source>%1, shown</source>
        <translation>%1, 표시됨</translation>
    </message>
    <message>
        <source>%1, not shown</source>
        <translation>%1, 표시 안 됨</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>기준</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::CompareModel</name>
    <message>
        <source>%1, the best</source>
        <translation>%1, 최고</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::ComparePanel</name>
    <message>
        <source>Make it the baseline</source>
        <translation>기준으로 지정</translation>
    </message>
    <message>
        <source>Add runs by name</source>
        <translation>이름으로 실행 추가</translation>
    </message>
    <message>
        <source>Runs to compare</source>
        <translation>비교할 실행</translation>
    </message>
    <message>
        <source>Space shows a run or takes it away.</source>
        <translation>스페이스 키로 실행을 표시하거나 숨깁니다.</translation>
    </message>
    <message>
        <source>Back to the runs</source>
        <translation>실행 목록으로</translation>
    </message>
    <message>
        <source>Choose runs to lay over one another.</source>
        <translation>겹쳐 볼 실행을 선택하십시오.</translation>
    </message>
    <message>
        <source>Differences are against the baseline %1.</source>
        <translation>차이는 기준 %1에 대한 값입니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::CompareTables</name>
    <message>
        <source>Best validation loss</source>
        <translation>최저 검증 손실</translation>
    </message>
    <message>
        <source>at step</source>
        <translation>해당 단계</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>퍼플렉시티</translation>
    </message>
    <message>
        <source>Token accuracy</source>
        <translation>토큰 정확도</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>토큰/초</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>최대 메모리</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>매개변수</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::CompareView</name>
    <message>
        <source>Steps</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>선형</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>로그</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>비교할 실행이 없습니다</translation>
    </message>
    <message>
        <source>Choose two runs or more at the left; their curves are laid over one another.</source>
        <translation>왼쪽에서 실행을 둘 이상 선택하면 곡선을 겹쳐서 표시합니다.</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>검증 손실</translation>
    </message>
    <message>
        <source>Training loss, smoothed</source>
        <translation>학습 손실(평활)</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>그래디언트 노름</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>토큰/초</translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation>비교 항목</translation>
    </message>
    <message>
        <source>comparison</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>against</source>
        <translation>가로축</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>지표</translation>
    </message>
    <message>
        <source>Configuration differences</source>
        <translation>설정 차이</translation>
    </message>
    <message>
        <source>Copy as table</source>
        <translation>표로 복사</translation>
    </message>
    <message>
        <source>%1 (nats per token)</source>
        <translation>%1(토큰당 nat)</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>%1 by trained parameters</source>
        <translation>학습 매개변수에 따른 %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::ConfigurationTab</name>
    <message>
        <source>Find a setting</source>
        <translation>설정 찾기</translation>
    </message>
    <message>
        <source>Copy all as JSON</source>
        <translation>전체를 JSON으로 복사</translation>
    </message>
    <message>
        <source>Settings of the run</source>
        <translation>실행의 설정</translation>
    </message>
    <message>
        <source>No configuration</source>
        <translation>설정 없음</translation>
    </message>
    <message>
        <source>The run&apos;s job.json is missing or cannot be read.</source>
        <translation>이 실행의 job.json이 없거나 읽을 수 없습니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::Curves</name>
    <message>
        <source>Step %1: %2</source>
        <translation>%1단계: %2</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::EntryModel</name>
    <message>
        <source>Setting</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>값</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::LogTab</name>
    <message>
        <source>Log of the engine</source>
        <translation>엔진 로그</translation>
    </message>
    <message>
        <source>The engine has written no log yet.</source>
        <translation>아직 엔진 로그가 없습니다.</translation>
    </message>
    <message>
        <source>Step %1: %2</source>
        <translation>%1단계: %2</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::QueueModel</name>
    <message>
        <source>%1, place %2 in the queue</source>
        <translation>%1, 대기열 %2번째</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::QueuePanel</name>
    <message>
        <source>Remove from the queue</source>
        <translation>대기열에서 제거</translation>
    </message>
    <message>
        <source>Add a run to the queue</source>
        <translation>대기열에 실행 추가</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>대기열</translation>
    </message>
    <message>
        <source>Alt with the arrow keys moves a run, Delete removes it from the queue.</source>
        <translation>Alt+화살표로 순서를 바꾸고 Delete로 대기열에서 제거합니다.</translation>
    </message>
    <message>
        <source>The queue waits.</source>
        <translation>대기열이 멈춰 있습니다.</translation>
    </message>
    <message>
        <source>The last run failed.</source>
        <translation>마지막 실행이 실패했습니다.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>계속</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>위로</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>아래로</translation>
    </message>
    <message>
        <source>Train next</source>
        <translation>다음에 학습</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RankChart</name>
    <message>
        <source>Loss by rank</source>
        <translation>랭크별 손실</translation>
    </message>
    <message>
        <source>Rank %1</source>
        <translation>랭크 %1</translation>
    </message>
    <message>
        <source>Loss by rank, step %1</source>
        <translation>랭크별 손실, %1단계</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::ReportTab</name>
    <message>
        <source>No report yet</source>
        <translation>보고서가 없습니다</translation>
    </message>
    <message>
        <source>The engine writes it when the run has read its data.</source>
        <translation>실행이 데이터를 읽으면 엔진이 작성합니다.</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>%1번째 줄</translation>
    </message>
    <message>
        <source>And more</source>
        <translation>그 밖에</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>인코딩</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>열</translation>
    </message>
    <message>
        <source>Rows used</source>
        <translation>사용한 행</translation>
    </message>
    <message>
        <source>Training samples</source>
        <translation>학습 샘플</translation>
    </message>
    <message>
        <source>Validation samples</source>
        <translation>검증 샘플</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Rows left out</source>
        <translation>제외된 행</translation>
    </message>
    <message>
        <source>Noticed</source>
        <translation>발견 사항</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>학습 토큰</translation>
    </message>
    <message>
        <source>Context only</source>
        <translation>컨텍스트 전용</translation>
    </message>
    <message>
        <source>Samples cut to length</source>
        <translation>길이에 맞춰 자른 샘플</translation>
    </message>
    <message>
        <source>Tokens cut away</source>
        <translation>잘린 토큰</translation>
    </message>
    <message>
        <source>Length: shortest, median, 95 %, longest</source>
        <translation>길이: 최단, 중앙값, 95 %, 최장</translation>
    </message>
    <message>
        <source>%1, %2, %3, %4</source>
        <translation>%1, %2, %3, %4</translation>
    </message>
    <message>
        <source>Packs filled</source>
        <translation>패킹 채움률</translation>
    </message>
    <message>
        <source>Mask and lengths</source>
        <translation>마스크와 길이</translation>
    </message>
    <message>
        <source>Samples left out</source>
        <translation>제외된 샘플</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>점검 결과</translation>
    </message>
    <message>
        <source>Set up as</source>
        <translation>실행 환경</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>장치</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>Computed in</source>
        <translation>연산 정밀도</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>스레드</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>템플릿</translation>
    </message>
    <message>
        <source>Base model, SHA-256</source>
        <translation>베이스 모델 SHA-256</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>결과</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Tokens read</source>
        <translation>읽은 토큰</translation>
    </message>
    <message>
        <source>Tokens trained on</source>
        <translation>학습한 토큰</translation>
    </message>
    <message>
        <source>Best step</source>
        <translation>최고 단계</translation>
    </message>
    <message>
        <source>Best validation loss</source>
        <translation>최저 검증 손실</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunDetail</name>
    <message>
        <source>Charts</source>
        <translation>차트</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>샘플</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>로그</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Data and mask</source>
        <translation>데이터와 마스크</translation>
    </message>
    <message>
        <source>The engine has said nothing for 30 seconds.</source>
        <translation>엔진이 30초 동안 응답하지 않습니다.</translation>
    </message>
    <message>
        <source>It was asked to end. Killing it goes back to the last checkpoint.</source>
        <translation>종료를 요청했습니다. 강제로 종료하면 마지막 체크포인트로 돌아갑니다.</translation>
    </message>
    <message>
        <source>Interrupted at step %1.</source>
        <translation>%1단계에서 중단되었습니다.</translation>
    </message>
    <message>
        <source>The checkpoint of step %1 is whole; nothing before it is lost.</source>
        <translation>%1단계의 체크포인트가 온전합니다. 그 이전의 학습은 잃지 않습니다.</translation>
    </message>
    <message>
        <source>There is no checkpoint yet; it would start from the beginning.</source>
        <translation>체크포인트가 없으므로 처음부터 다시 시작합니다.</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>로그 보기</translation>
    </message>
    <message>
        <source>Kill %1 now?</source>
        <translation>%1 실행을 강제로 종료하시겠습니까?</translation>
    </message>
    <message>
        <source>What was trained since step %1 is lost.</source>
        <translation>%1단계 이후의 학습 내용을 잃습니다.</translation>
    </message>
    <message>
        <source>There is no checkpoint yet: everything trained is lost.</source>
        <translation>체크포인트가 없어 지금까지의 학습 내용을 모두 잃습니다.</translation>
    </message>
    <message>
        <source>Kill now</source>
        <translation>강제 종료</translation>
    </message>
    <message>
        <source>Wait</source>
        <translation>기다리기</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunFigures</name>
    <message>
        <source>Train loss</source>
        <translation>학습 손실</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>검증 손실</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>그래디언트 노름</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>토큰/초</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
    <message>
        <source>after the first step</source>
        <translation>첫 단계 이후 표시</translation>
    </message>
    <message>
        <source>smoothed · raw %1</source>
        <translation>평활 · 원본 %1</translation>
    </message>
    <message>
        <source>no evaluation yet</source>
        <translation>검증 전</translation>
    </message>
    <message>
        <source>best, step %1</source>
        <translation>최저, %1단계</translation>
    </message>
    <message>
        <source>best %1, step %2</source>
        <translation>최저 %1, %2단계</translation>
    </message>
    <message>
        <source>%1, peak %2</source>
        <translation>%1, 최대 %2</translation>
    </message>
    <message>
        <source>clip at %1</source>
        <translation>상한 %1</translation>
    </message>
    <message>
        <source>%1 seen</source>
        <translation>누적 %1</translation>
    </message>
    <message>
        <source>peak %1</source>
        <translation>최대 %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunFilter</name>
    <message>
        <source>In progress</source>
        <translation>진행 중</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>완료</translation>
    </message>
    <message>
        <source>Stopped or interrupted</source>
        <translation>중지 또는 중단</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>모든 실행</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunHeader</name>
    <message>
        <source>It is saving and will stop.</source>
        <translation>저장한 뒤 중지합니다.</translation>
    </message>
    <message>
        <source>The engine does not answer.</source>
        <translation>엔진이 응답하지 않습니다.</translation>
    </message>
    <message>
        <source>Training has not begun yet.</source>
        <translation>학습이 아직 시작되지 않았습니다.</translation>
    </message>
    <message>
        <source>A paused run has saved its checkpoint.</source>
        <translation>일시정지한 실행은 이미 체크포인트를 저장했습니다.</translation>
    </message>
    <message>
        <source>Save checkpoint</source>
        <translation>체크포인트 저장</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>일시정지</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>재개</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>저장 후 중지</translation>
    </message>
    <message>
        <source>Kill now</source>
        <translation>강제 종료</translation>
    </message>
    <message>
        <source>Resume from %1</source>
        <translation>%1단계부터 재개</translation>
    </message>
    <message>
        <source>Resume from the start</source>
        <translation>처음부터 재개</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>다시 시작</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>채팅</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>%1 is training; one run at a time.</source>
        <translation>%1 실행이 학습 중입니다. 한 번에 하나만 실행합니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunListModel</name>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunListPanel</name>
    <message>
        <source>Filter runs</source>
        <translation>실행 필터</translation>
    </message>
    <message>
        <source>Filter by state</source>
        <translation>상태로 필터</translation>
    </message>
    <message>
        <source>No run matches</source>
        <translation>일치하는 실행이 없습니다</translation>
    </message>
    <message>
        <source>Compare runs…</source>
        <translation>실행 비교…</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Show all runs</source>
        <translation>모든 실행 표시</translation>
    </message>
    <message>
        <source>Needs two runs to compare.</source>
        <translation>비교하려면 실행이 둘 이상 필요합니다.</translation>
    </message>
    <message>
        <source>Shown: %1</source>
        <translation>표시 중: %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::RunsPage</name>
    <message>
        <source>No runs yet</source>
        <translation>실행이 없습니다</translation>
    </message>
    <message>
        <source>A run trains an adapter. Here you see its loss, its samples and how it ended.</source>
        <translation>실행은 어댑터를 학습합니다. 손실과 샘플, 결과가 여기에 표시됩니다.</translation>
    </message>
    <message>
        <source>Set up a run…</source>
        <translation>학습 설정…</translation>
    </message>
    <message>
        <source>Runs / Compare</source>
        <translation>실행 / 비교</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>실행</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) shown</source>
        <translation>
            <numerusform>실행 %n개 표시</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>실행 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in progress</source>
        <translation>
            <numerusform>%n개 진행 중</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in the queue</source>
        <translation>
            <numerusform>%n개 대기 중</numerusform>
        </translation>
    </message>
    <message>
        <source>New run</source>
        <translation>새 학습</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::SampleScrubber</name>
    <message>
        <source>Earlier sample</source>
        <translation>이전 샘플</translation>
    </message>
    <message>
        <source>Later sample</source>
        <translation>다음 샘플</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Step of the sample</source>
        <translation>샘플의 단계</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>샘플</translation>
    </message>
    <message>
        <source>Step 0 · base answer</source>
        <translation>0단계 · 베이스의 답변</translation>
    </message>
    <message>
        <source>Step %1 · first sample</source>
        <translation>%1단계 · 첫 샘플</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>%1단계</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::SamplesModel</name>
    <message>
        <source>Step</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>답변</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::SamplesTab</name>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>샘플</translation>
    </message>
    <message>
        <source>Whole answer</source>
        <translation>전체 답변</translation>
    </message>
    <message>
        <source>No samples</source>
        <translation>샘플이 없습니다</translation>
    </message>
    <message>
        <source>A run with sample prompts answers them along the way; set them under Train.</source>
        <translation>샘플 프롬프트를 지정하면 학습 도중에 답변을 기록합니다. 학습 페이지에서 지정하십시오.</translation>
    </message>
    <message>
        <source>All prompts</source>
        <translation>모든 프롬프트</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::SmallCharts</name>
    <message>
        <source>Learning rate</source>
        <translation>학습률</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>그래디언트 노름</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>토큰/초</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>%1 ×%2</source>
        <translation>%1 ×%2</translation>
    </message>
    <message>
        <source>%1, GiB</source>
        <translation>%1, GiB</translation>
    </message>
    <message>
        <source>%1, MiB</source>
        <translation>%1, MiB</translation>
    </message>
</context>
<context>
    <name>ui::pages::runs::Texts</name>
    <message>
        <source>%1 of %2</source>
        <translation>%2단계 중 %1</translation>
    </message>
    <message>
        <source>validation %1</source>
        <translation>검증 %1</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>손실 %1</translation>
    </message>
    <message>
        <source>best %1</source>
        <translation>최저 %1</translation>
    </message>
    <message>
        <source>stopped at %1</source>
        <translation>%1에서 중지됨</translation>
    </message>
    <message>
        <source>interrupted at %1</source>
        <translation>%1에서 중단됨</translation>
    </message>
    <message>
        <source>failed at step %1</source>
        <translation>%1단계에서 실패</translation>
    </message>
    <message>
        <source>failed before the first step</source>
        <translation>첫 단계 전에 실패</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>시작 중</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>대기 중</translation>
    </message>
    <message>
        <source>%1 trainable, %2</source>
        <translation>학습 매개변수 %1, %2</translation>
    </message>
    <message>
        <source>%1 trainable</source>
        <translation>학습 매개변수 %1</translation>
    </message>
    <message>
        <source>stopped before the first step</source>
        <translation>첫 단계 전에 중지됨</translation>
    </message>
    <message>
        <source>interrupted before the first step</source>
        <translation>첫 단계 전에 중단됨</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::DataFolderControl</name>
    <message>
        <source>Change…</source>
        <translation>변경…</translation>
    </message>
    <message>
        <source>Choose a folder for the library</source>
        <translation>라이브러리 폴더 선택</translation>
    </message>
    <message>
        <source>From the next start the library is in %1. What is in the folder used now stays there.</source>
        <translation>다음 시작부터 라이브러리 위치는 %1입니다. 지금 폴더의 내용은 그대로 남습니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::FoldersEditor</name>
    <message>
        <source>Search now</source>
        <translation>지금 찾기</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>폴더 추가…</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) found</source>
        <translation>
            <numerusform>모델 %n개 찾음</numerusform>
        </translation>
    </message>
    <message>
        <source>No longer search %1</source>
        <translation>%1 검색 제외</translation>
    </message>
    <message>
        <source>Choose a folder with models</source>
        <translation>모델이 있는 폴더 선택</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>찾는 중…</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::KeyboardList</name>
    <message>
        <source>This window has no keys of its own.</source>
        <translation>이 창에는 전용 단축키가 없습니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::SectionModel</name>
    <message>
        <source>Keyboard</source>
        <translation>키보드</translation>
    </message>
    <message>
        <source>About and support</source>
        <translation>정보와 지원</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::SettingControl</name>
    <message>
        <source>Like the system: %1</source>
        <translation>시스템과 같게: %1</translation>
    </message>
    <message>
        <source>Best there is</source>
        <translation>최적의 장치</translation>
    </message>
    <message>
        <source>%1, not found</source>
        <translation>%1, 찾을 수 없음</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::SettingRow</name>
    <message>
        <source>Reset %1 to its default</source>
        <translation>%1 기본값으로 되돌리기</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::SettingsHistory</name>
    <message>
        <source>all settings</source>
        <translation>모든 설정</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Changes are saved at once</source>
        <translation>변경 즉시 저장됩니다</translation>
    </message>
    <message>
        <source>Nothing to undo</source>
        <translation>되돌릴 변경 없음</translation>
    </message>
    <message>
        <source>Undo the change of %1</source>
        <translation>%1 변경 되돌리기</translation>
    </message>
    <message>
        <source>Reset all…</source>
        <translation>모두 초기화…</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>설정 찾기</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>일치하는 설정이 없습니다.</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>섹션</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>라이브러리</translation>
    </message>
    <message>
        <source>Runs, adapters and their index</source>
        <translation>실행과 어댑터, 그 색인</translation>
    </message>
    <message>
        <source>Works offline</source>
        <translation>오프라인 작동</translation>
    </message>
    <message>
        <source>Neither the studio nor the engine uses the network. Models, data, runs and chats stay on this computer; nothing is counted or reported.</source>
        <translation>스튜디오와 엔진은 네트워크를 사용하지 않습니다. 모델, 데이터, 실행, 대화는 이 컴퓨터에만 남으며 어떤 것도 집계하거나 보고하지 않습니다.</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>키보드</translation>
    </message>
    <message>
        <source>Keyboard keys shortcuts</source>
        <translation>키보드 키 단축키 keyboard shortcuts</translation>
    </message>
    <message>
        <source>About and support</source>
        <translation>정보와 지원</translation>
    </message>
    <message>
        <source>Reset all settings?</source>
        <translation>모든 설정을 초기화하시겠습니까?</translation>
    </message>
    <message>
        <source>Every setting goes back to its default. Your library stays as it is, and the reset can be undone.</source>
        <translation>모든 설정이 기본값으로 돌아갑니다. 라이브러리는 그대로 남으며 초기화는 되돌릴 수 있습니다.</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>모두 초기화</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::SupportSection</name>
    <message>
        <source>Support bundle</source>
        <translation>지원 번들</translation>
    </message>
    <message>
        <source>One file with log, settings and device facts, to send with a report. Your home folder&apos;s name is left out.</source>
        <translation>신고할 때 보낼 로그, 설정, 장치 정보를 파일 하나에 모읍니다. 홈 폴더의 이름은 빠집니다.</translation>
    </message>
    <message>
        <source>Rebuild</source>
        <translation>다시 만들기</translation>
    </message>
    <message>
        <source>Rebuild the library</source>
        <translation>라이브러리 다시 만들기</translation>
    </message>
    <message>
        <source>Reads every run and imported adapter again. Names, tags and notes stay.</source>
        <translation>모든 실행과 가져온 어댑터를 다시 읽습니다. 이름, 태그, 메모는 그대로 남습니다.</translation>
    </message>
    <message>
        <source>About versions licences</source>
        <translation>정보 버전 라이선스 about versions licences</translation>
    </message>
    <message>
        <source>Reading %1 of %2</source>
        <translation>%2개 중 %1개 읽는 중</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) and adapter(s) are in the library.</source>
        <translation>
            <numerusform>실행과 어댑터 %n개가 라이브러리에 있습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s) could not be read.</source>
        <translation>
            <numerusform>폴더 %n개를 읽지 못했습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>With the jobs and logs of the newest runs</source>
        <translation>최근 실행의 작업과 로그 포함</translation>
    </message>
    <message>
        <source>They name your folders and sample prompts.</source>
        <translation>폴더 이름과 샘플 프롬프트가 들어 있습니다.</translation>
    </message>
    <message>
        <source>Make a bundle…</source>
        <translation>번들 만들기…</translation>
    </message>
    <message>
        <source>The studio is free software under the GNU General Public License, version 3 or later; the engine under the Apache License 2.0. It stands on Qt (LGPL 3), QCustomPlot (GPL 3), SQLite (public domain), nlohmann/json (MIT) and, in the engine, LibTorch (BSD). The texts are in the folder LICENSES. The sample model and data are in the public domain (CC0).</source>
        <translation>스튜디오는 GNU General Public License 버전 3 이상, 엔진은 Apache License 2.0을 따르는 자유 소프트웨어입니다. Qt(LGPL 3), QCustomPlot(GPL 3), SQLite(퍼블릭 도메인), nlohmann/json(MIT)을 사용하며, 엔진은 LibTorch(BSD)를 사용합니다. 라이선스 전문은 LICENSES 폴더에 있습니다. 샘플 모델과 데이터는 퍼블릭 도메인(CC0)입니다.</translation>
    </message>
    <message>
        <source>Save the support bundle</source>
        <translation>지원 번들 저장</translation>
    </message>
    <message>
        <source>Archives (*.tar)</source>
        <translation>보관 파일(*.tar)</translation>
    </message>
    <message>
        <source>The bundle is written.</source>
        <translation>번들을 저장했습니다.</translation>
    </message>
    <message>
        <source>LoRA Studio</source>
        <translation>LoRA Studio</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>엔진</translation>
    </message>
    <message>
        <source>not running</source>
        <translation>실행되지 않음</translation>
    </message>
    <message>
        <source>Qt</source>
        <translation>Qt</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>데이터 폴더</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>로그</translation>
    </message>
</context>
<context>
    <name>ui::pages::settings::ThreadsEditor</name>
    <message>
        <source>CPU threads</source>
        <translation>CPU 스레드</translation>
    </message>
    <message>
        <source>All cores</source>
        <translation>모든 코어</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%2개 중 %1개</translation>
    </message>
</context>
<context>
    <name>ui::pages::train</name>
    <message>
        <source>The file is too large for a job</source>
        <translation>작업 파일이라기에는 너무 큽니다</translation>
    </message>
    <message>
        <source>The file holds no job</source>
        <translation>작업 파일이 아닙니다</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::ClosableCard</name>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::CommandCard</name>
    <message>
        <source>The command that trains this</source>
        <translation>이 학습의 명령</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::ConsequencesPanel</name>
    <message>
        <source>Trainable parameters</source>
        <translation>학습 매개변수</translation>
    </message>
    <message>
        <source>calculating…</source>
        <translation>계산 중…</translation>
    </message>
    <message>
        <source>probed</source>
        <translation>측정됨</translation>
    </message>
    <message>
        <source>calculated</source>
        <translation>계산됨</translation>
    </message>
    <message>
        <source>%1 of the base</source>
        <translation>베이스의 %1</translation>
    </message>
    <message>
        <source>%1 of %2 numbers</source>
        <translation>%2개 중 %1개</translation>
    </message>
    <message>
        <source>Known when a model is chosen</source>
        <translation>모델을 선택하면 표시됩니다</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Per step</source>
        <translation>단계당</translation>
    </message>
    <message>
        <source>Disk while training</source>
        <translation>학습 중 디스크</translation>
    </message>
    <message>
        <source>Free on that drive</source>
        <translation>드라이브 여유 공간</translation>
    </message>
    <message>
        <source>Adapter file</source>
        <translation>어댑터 파일</translation>
    </message>
    <message>
        <source>The disk is too full.</source>
        <translation>디스크 공간이 부족합니다.</translation>
    </message>
    <message>
        <source>The run needs %1, free are %2.</source>
        <translation>실행에 %1 필요하지만 여유 공간은 %2입니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n samples are longer than the maximum length.</source>
        <translation>
            <numerusform>샘플 %n개가 최대 길이를 넘습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answers are cut.</source>
        <translation>
            <numerusform>답변 %n개가 잘립니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>No answer is cut.</source>
        <translation>잘리는 답변은 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n rows cannot be used.</source>
        <translation>
            <numerusform>사용할 수 없는 행이 %n개 있습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>This does not fit into the device&apos;s memory.</source>
        <translation>장치 메모리가 부족합니다.</translation>
    </message>
    <message>
        <source>A smaller batch or maximum length needs less.</source>
        <translation>배치나 최대 길이를 줄이면 메모리를 덜 씁니다.</translation>
    </message>
    <message>
        <source>Memory of what is trained</source>
        <translation>학습 대상의 메모리</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::JobDraft</name>
    <message>
        <source>No preset</source>
        <translation>프리셋 없음</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MatrixLegend</name>
    <message>
        <source>Reset</source>
        <translation>초기화</translation>
    </message>
    <message numerus="yes">
        <source>%n cells lower</source>
        <translation>
            <numerusform>%n칸 낮춤</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells higher</source>
        <translation>
            <numerusform>%n칸 높임</numerusform>
        </translation>
    </message>
    <message>
        <source>Every linear module of the layers, at the default rank</source>
        <translation>모든 층의 선형 모듈, 기본 랭크</translation>
    </message>
    <message>
        <source>Click or drag to select cells, then type a rank</source>
        <translation>클릭하거나 끌어 칸을 선택한 뒤 랭크를 입력하십시오</translation>
    </message>
    <message numerus="yes">
        <source>%n cells</source>
        <translation>
            <numerusform>%n칸</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 on · %2 params</source>
        <translation>%1칸 켬 · 매개변수 %2개</translation>
    </message>
    <message>
        <source>Layer %1 · %2</source>
        <translation>%1층 · %2</translation>
    </message>
    <message>
        <source>off · %1 → %2</source>
        <translation>끔 · %1 → %2</translation>
    </message>
    <message>
        <source>r %1 · α %2 · %3 params</source>
        <translation>r %1 · α %2 · 매개변수 %3개</translation>
    </message>
    <message>
        <source>Click or drag to select cells, Space switches them</source>
        <translation>클릭하거나 끌어 셀을 고르고 Space로 켜고 끕니다</translation>
    </message>
    <message>
        <source>%1 params</source>
        <translation>매개변수 %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MemoryBar</name>
    <message>
        <source>Memory, peak</source>
        <translation>메모리 최대</translation>
    </message>
    <message>
        <source>Memory at start</source>
        <translation>시작할 때 메모리</translation>
    </message>
    <message>
        <source>Base weights</source>
        <translation>베이스 가중치</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>활성값</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>그래디언트</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>옵티마이저</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>작업 공간</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>토큰 %1개</translation>
    </message>
    <message>
        <source>with the program</source>
        <translation>프로그램 포함</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MethodOptions</name>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
    <message>
        <source>More settings · %1</source>
        <translation>설정 더 보기 · %1</translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n개 변경</numerusform>
        </translation>
    </message>
    <message>
        <source>More settings</source>
        <translation>설정 더 보기</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MethodOutline</name>
    <message>
        <source>What is trained</source>
        <translation>학습 대상</translation>
    </message>
    <message>
        <source>Known when a model is chosen.</source>
        <translation>모델을 고르면 알 수 있습니다.</translation>
    </message>
    <message numerus="yes">
        <source>in %n layers</source>
        <translation>
            <numerusform>%n개 층</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MethodWarnings</name>
    <message>
        <source>The model itself is changed.</source>
        <translation>모델 자체가 바뀝니다.</translation>
    </message>
    <message>
        <source>What it knew may be overwritten. Its numbers with gradients and moments take %1 of memory, and %2 are saved.</source>
        <translation>알던 것이 덮어쓰일 수 있습니다. 수와 기울기와 모멘트가 메모리 %1을(를) 차지하고 %2이(가) 저장됩니다.</translation>
    </message>
    <message>
        <source>What it knew may be overwritten.</source>
        <translation>알던 것이 덮어쓰일 수 있습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n virtual tokens take part of the context.</source>
        <translation>
            <numerusform>가상 토큰 %n개가 문맥의 일부를 차지합니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Of %1 tokens %2 are left for text. They cannot be merged into the weights.</source>
        <translation>토큰 %1개 가운데 %2개가 글에 남습니다. 가중치에 병합할 수 없습니다.</translation>
    </message>
    <message>
        <source>They cannot be merged into the weights.</source>
        <translation>가중치에 병합할 수 없습니다.</translation>
    </message>
    <message>
        <source>Embedding and output head share one weight.</source>
        <translation>임베딩과 출력 헤드는 한 가중치를 함께 씁니다.</translation>
    </message>
    <message>
        <source>Training it changes both.</source>
        <translation>학습하면 둘 다 바뀝니다.</translation>
    </message>
    <message>
        <source>The trained embedding parts from it; the head keeps the stored one.</source>
        <translation>학습한 임베딩은 따로 떨어지고 헤드는 저장된 것을 그대로 씁니다.</translation>
    </message>
    <message>
        <source>%1× the usual for %2</source>
        <translation>%2 보통 값의 %1배</translation>
    </message>
    <message>
        <source>1/%1 of the usual for %2</source>
        <translation>%2 보통 값의 1/%1</translation>
    </message>
    <message>
        <source>The learning rate is %1.</source>
        <translation>학습률이 %1입니다.</translation>
    </message>
    <message>
        <source>The loss may leap or never come down.</source>
        <translation>손실이 튀거나 내려오지 않을 수 있습니다.</translation>
    </message>
    <message>
        <source>It may hardly learn anything in this time.</source>
        <translation>이 시간에는 거의 배우지 못할 수 있습니다.</translation>
    </message>
    <message>
        <source>The modules stay beside the model.</source>
        <translation>모듈은 모델 곁에 남습니다.</translation>
    </message>
    <message>
        <source>They cannot be merged into its weights, so that every answer takes a little longer.</source>
        <translation>가중치에 병합할 수 없어 답할 때마다 조금 더 걸립니다.</translation>
    </message>
    <message>
        <source>The base takes %1 of memory instead of %2.</source>
        <translation>베이스가 메모리를 %2 대신 %1만 씁니다.</translation>
    </message>
    <message>
        <source>The base takes less memory.</source>
        <translation>베이스가 메모리를 덜 씁니다.</translation>
    </message>
    <message>
        <source>Its weights are rounded to 8 bit: hardly a difference on most models.</source>
        <translation>가중치를 8비트로 반올림합니다. 대부분의 모델에서 거의 차이가 없습니다.</translation>
    </message>
    <message>
        <source>Its weights are rounded to 16 values each, which costs some quality, most on small models. Training makes up for part of it.</source>
        <translation>가중치를 각각 16개 값으로 반올림하므로 품질이 조금 떨어지고, 작은 모델일수록 더합니다. 학습이 그 일부를 메웁니다.</translation>
    </message>
    <message>
        <source>Its embeddings and output head are rounded as well.</source>
        <translation>임베딩과 출력 헤드도 함께 반올림됩니다.</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MixPanel</name>
    <message>
        <source>Train with more data…</source>
        <translation>데이터를 더해 학습…</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) together</source>
        <translation>
            <numerusform>파일 %n개 함께</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose data</source>
        <translation>데이터 선택</translation>
    </message>
    <message>
        <source>Other data…</source>
        <translation>다른 데이터…</translation>
    </message>
    <message>
        <source>Choose more training data</source>
        <translation>학습 데이터 더 선택</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::MixTable</name>
    <message>
        <source>Files that are trained together</source>
        <translation>함께 학습할 파일</translation>
    </message>
    <message>
        <source>File</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>행</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>가중치</translation>
    </message>
    <message>
        <source>How often the rows of the file are seen in an epoch: 2 = twice, 0.5 = half of them, others each time</source>
        <translation>한 에포크에 파일의 행을 보는 횟수: 2 = 두 번, 0.5 = 매번 다른 절반</translation>
    </message>
    <message>
        <source>Weight of %1</source>
        <translation>%1의 가중치</translation>
    </message>
    <message>
        <source>Leave out %1</source>
        <translation>%1 빼기</translation>
    </message>
    <message>
        <source>%1 of the trained tokens of an epoch</source>
        <translation>한 에포크 학습 토큰의 %1</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::ModulePattern</name>
    <message>
        <source>“%1” matches no module</source>
        <translation>“%1”에 일치하는 모듈이 없습니다</translation>
    </message>
    <message>
        <source>The expression is longer than 1000 characters</source>
        <translation>정규식이 1000자를 넘습니다</translation>
    </message>
    <message>
        <source>Not a regular expression: %1</source>
        <translation>올바른 정규식이 아닙니다: %1</translation>
    </message>
    <message>
        <source>The expression takes too long to match</source>
        <translation>정규식을 맞춰 보는 데 너무 오래 걸립니다</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::PartBars</name>
    <message>
        <source>What is trained</source>
        <translation>학습 대상</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::SettingsCard</name>
    <message>
        <source>All settings</source>
        <translation>모든 설정</translation>
    </message>
    <message>
        <source>Choose an adapter folder</source>
        <translation>어댑터 폴더 선택</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>파일 선택</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>모든 파일(*)</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::SetupPanel</name>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
    <message>
        <source>Objective</source>
        <translation>목표</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>프리셋</translation>
    </message>
    <message>
        <source>Run name</source>
        <translation>실행 이름</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>모델 선택</translation>
    </message>
    <message>
        <source>Choose data</source>
        <translation>데이터 선택</translation>
    </message>
    <message>
        <source>None</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Another model…</source>
        <translation>다른 모델…</translation>
    </message>
    <message>
        <source>Other data…</source>
        <translation>다른 데이터…</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>배치</translation>
    </message>
    <message>
        <source>Max length</source>
        <translation>최대 길이</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>모델 폴더 선택</translation>
    </message>
    <message>
        <source>Choose training data</source>
        <translation>학습 데이터 선택</translation>
    </message>
    <message>
        <source>= %1</source>
        <translation>= %1</translation>
    </message>
    <message>
        <source>own file</source>
        <translation>별도 파일</translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n행</numerusform>
        </translation>
    </message>
    <message>
        <source>The model reads %1</source>
        <translation>모델 한도는 %1입니다</translation>
    </message>
    <message>
        <source>Reading shapes…</source>
        <translation>모델 구조 읽는 중…</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n층</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading rows…</source>
        <translation>행 읽는 중…</translation>
    </message>
    <message>
        <source>%1 rows</source>
        <translation>%1행</translation>
    </message>
    <message>
        <source>%1 trained tokens</source>
        <translation>학습 토큰 %1개</translation>
    </message>
    <message>
        <source>= %1 %</source>
        <translation>= %1 %</translation>
    </message>
    <message>
        <source>Base held in</source>
        <translation>베이스 저장 방식</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>저장된 형식</translation>
    </message>
    <message>
        <source>4 bit (NF4)</source>
        <translation>4비트(NF4)</translation>
    </message>
    <message>
        <source>8 bit (int8)</source>
        <translation>8비트(int8)</translation>
    </message>
    <message>
        <source>Embeddings too</source>
        <translation>임베딩도 함께</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::StartPanel</name>
    <message>
        <source>Start training</source>
        <translation>학습 시작</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>대기열에 추가</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>프리셋 저장</translation>
    </message>
    <message>
        <source>Start training (Ctrl+Enter)</source>
        <translation>학습 시작(Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Starts when the device is free</source>
        <translation>장치가 비면 시작합니다</translation>
    </message>
    <message>
        <source>Keeps these settings under a name, without model and data</source>
        <translation>모델과 데이터를 제외한 설정을 이름을 붙여 보관합니다</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>확인 중…</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::TargetMatrixModel</name>
    <message>
        <source>Attention</source>
        <translation>어텐션</translation>
    </message>
    <message>
        <source>MLP</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>층</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>헤드</translation>
    </message>
    <message>
        <source>Switch off modules</source>
        <translation>모듈 끄기</translation>
    </message>
    <message>
        <source>Set ranks</source>
        <translation>랭크 지정</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>알파</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>대상</translation>
    </message>
    <message>
        <source>%1: not trained</source>
        <translation>%1: 학습하지 않음</translation>
    </message>
    <message>
        <source>%1: trained as a part of %2</source>
        <translation>%1: %2의 일부로 학습</translation>
    </message>
    <message>
        <source>%1: rank %2, α %3, %4 parameters</source>
        <translation>%1: 랭크 %2, α %3, 매개변수 %4개</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>매개변수 %1개</translation>
    </message>
    <message>
        <source>Params</source>
        <translation>매개변수</translation>
    </message>
    <message>
        <source>%1: %2 parameters</source>
        <translation>%1: 매개변수 %2개</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::TargetMatrixView</name>
    <message>
        <source>Layer</source>
        <translation>층</translation>
    </message>
    <message>
        <source>Ranks by layer and module kind</source>
        <translation>층과 모듈 종류별 랭크</translation>
    </message>
    <message>
        <source>Switch on or off</source>
        <translation>켜기/끄기</translation>
    </message>
    <message>
        <source>Rank %1</source>
        <translation>랭크 %1</translation>
    </message>
    <message>
        <source>Back to the default</source>
        <translation>기본값으로 되돌리기</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::TargetPanel</name>
    <message>
        <source>Names or an expression</source>
        <translation>이름 또는 정규식</translation>
    </message>
    <message>
        <source>All linear</source>
        <translation>모든 선형</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>어텐션</translation>
    </message>
    <message>
        <source>q, k, v and o of every layer</source>
        <translation>모든 층의 q, k, v, o</translation>
    </message>
    <message>
        <source>q and v of every layer</source>
        <translation>모든 층의 q, v</translation>
    </message>
    <message>
        <source>Target pattern</source>
        <translation>대상 패턴</translation>
    </message>
    <message>
        <source>Names with commas between, matched by the end of a module&apos;s name, or a regular expression for the whole name</source>
        <translation>모듈 이름의 끝과 비교할 이름(쉼표로 구분) 또는 전체 이름과 비교할 정규식</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>랭크</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>알파</translation>
    </message>
    <message>
        <source>This model cannot be read</source>
        <translation>이 모델을 읽을 수 없습니다</translation>
    </message>
    <message>
        <source>No model chosen</source>
        <translation>선택한 모델이 없습니다</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n modules</source>
        <translation>
            <numerusform>모듈 %n개 중 %1개</numerusform>
        </translation>
    </message>
    <message>
        <source>scale α/√r %1</source>
        <translation>배율 α/√r %1</translation>
    </message>
    <message>
        <source>scale α/r %1</source>
        <translation>배율 α/r %1</translation>
    </message>
    <message numerus="yes">
        <source>✓ %n match</source>
        <translation>
            <numerusform>✓ %n개 일치</numerusform>
        </translation>
    </message>
    <message>
        <source>Its layers and modules appear here, each with its rank.</source>
        <translation>모델의 층과 모듈이 각각의 랭크와 함께 여기에 나타납니다.</translation>
    </message>
    <message>
        <source>Its layers and modules appear here.</source>
        <translation>모델의 층과 모듈이 여기에 나타납니다.</translation>
    </message>
    <message>
        <source>Targets and ranks</source>
        <translation>대상과 랭크</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>대상</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
</context>
<context>
    <name>ui::pages::train::TrainPage</name>
    <message>
        <source>New run</source>
        <translation>새 학습</translation>
    </message>
    <message>
        <source>What this will take</source>
        <translation>예상 결과</translation>
    </message>
    <message>
        <source>Setup</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>All settings</source>
        <translation>모든 설정</translation>
    </message>
    <message>
        <source>Targets and ranks</source>
        <translation>대상과 랭크</translation>
    </message>
    <message>
        <source>All settings  %1</source>
        <translation>모든 설정  %1</translation>
    </message>
    <message>
        <source>The engine is starting</source>
        <translation>엔진을 시작하는 중입니다</translation>
    </message>
    <message>
        <source>%1 is running. Add this one to the queue.</source>
        <translation>%1 실행이 진행 중입니다. 이 학습은 대기열에 추가하십시오.</translation>
    </message>
    <message>
        <source>The engine is starting again.</source>
        <translation>엔진을 다시 시작하는 중입니다.</translation>
    </message>
    <message>
        <source>Something above is refused; it would not start.</source>
        <translation>위에 거부된 설정이 있어 시작할 수 없습니다.</translation>
    </message>
    <message>
        <source>%1 · draft saved</source>
        <translation>%1 · 초안 저장됨</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>다시 하기</translation>
    </message>
    <message>
        <source>Show the command</source>
        <translation>명령 보기</translation>
    </message>
    <message>
        <source>Open a job file…</source>
        <translation>작업 파일 열기…</translation>
    </message>
    <message>
        <source>Open a job file</source>
        <translation>작업 파일 열기</translation>
    </message>
    <message>
        <source>Job files (*.json);;All files (*)</source>
        <translation>작업 파일(*.json);;모든 파일(*)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>열기</translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n개 변경</numerusform>
        </translation>
    </message>
    <message>
        <source>Trainable parameters: %1</source>
        <translation>학습 매개변수: %1</translation>
    </message>
    <message>
        <source>%1 trainable · %2</source>
        <translation>학습 매개변수 %1 · %2</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>프리셋으로 저장</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>저장</translation>
    </message>
    <message>
        <source>A preset needs a name.</source>
        <translation>프리셋 이름을 입력하십시오.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>방법</translation>
    </message>
</context>
<context>
    <name>ui::plots::ChartLegend</name>
    <message>
        <source>Legend</source>
        <translation>범례</translation>
    </message>
    <message>
        <source>Show or hide</source>
        <translation>표시/숨기기</translation>
    </message>
</context>
<context>
    <name>ui::plots::ChartView</name>
    <message>
        <source>Tokens</source>
        <translation>토큰</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>시간</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>단계</translation>
    </message>
</context>
<context>
    <name>ui::plots::LengthChart</name>
    <message>
        <source>Rows</source>
        <translation>행</translation>
    </message>
    <message>
        <source>cut at %1</source>
        <translation>%1에서 자름</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1토큰</translation>
    </message>
    <message>
        <source>Tokens of a row</source>
        <translation>행의 토큰</translation>
    </message>
</context>
<context>
    <name>ui::plots::LossChart</name>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Loss (nats per token)</source>
        <translation>손실(토큰당 nat)</translation>
    </message>
    <message>
        <source>best %1</source>
        <translation>최저 %1</translation>
    </message>
    <message>
        <source>Train %1</source>
        <translation>학습 %1</translation>
    </message>
    <message>
        <source>raw %1</source>
        <translation>원본 %1</translation>
    </message>
    <message>
        <source>Validation (%1)</source>
        <translation>검증(%1)</translation>
    </message>
    <message>
        <source>Step %1 · epoch %2</source>
        <translation>%1단계 · 에포크 %2</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>%1단계</translation>
    </message>
    <message>
        <source>Train, smoothed</source>
        <translation>학습(평활)</translation>
    </message>
    <message>
        <source>Train, raw</source>
        <translation>학습(원본)</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>체크포인트</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>샘플</translation>
    </message>
    <message>
        <source>Incident</source>
        <translation>이상</translation>
    </message>
</context>
<context>
    <name>ui::plots::MetricChart</name>
    <message>
        <source>Step %1</source>
        <translation>%1단계</translation>
    </message>
</context>
<context>
    <name>ui::plots::OverlayChart</name>
    <message>
        <source>%1 now</source>
        <translation>%1 현재</translation>
    </message>
    <message>
        <source>Step %1 · %2 tokens</source>
        <translation>%1단계 · 토큰 %2개</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>%1단계</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1(%2)</translation>
    </message>
</context>
<context>
    <name>ui::plots::SizeChart</name>
    <message>
        <source>%1 trained parameters</source>
        <translation>학습 매개변수 %1개</translation>
    </message>
    <message>
        <source>Trained parameters</source>
        <translation>학습 매개변수</translation>
    </message>
</context>
<context>
    <name>ui::plots::Texts</name>
    <message>
        <source>now</source>
        <comment>on the time line of a run</comment>
        <translation>현재</translation>
    </message>
    <message>
        <source>%1 M</source>
        <comment>million</comment>
        <translation>%1 M</translation>
    </message>
    <message>
        <source>%1 K</source>
        <comment>thousand</comment>
        <translation>%1 K</translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation>%1초</translation>
    </message>
    <message>
        <source>%1 h</source>
        <comment>hours</comment>
        <translation>%1시간</translation>
    </message>
    <message>
        <source>%1 h %2</source>
        <comment>hours and minutes</comment>
        <translation>%1시간 %2분</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>minutes</comment>
        <translation>%1분</translation>
    </message>
    <message>
        <source>%1 min %2</source>
        <comment>minutes and seconds</comment>
        <translation>%1분 %2초</translation>
    </message>
    <message>
        <source>%1 B</source>
        <comment>billion</comment>
        <translation>%1 B</translation>
    </message>
</context>
<context>
    <name>ui::shell::Closing</name>
    <message>
        <source>%1 is still running</source>
        <translation>%1 학습이 아직 진행 중입니다</translation>
    </message>
    <message>
        <source>It can go on without the window, and the studio picks it up again at the next start. Or it saves a checkpoint and stops, to be continued later.</source>
        <translation>창을 닫아도 계속할 수 있으며, 다음에 스튜디오를 시작하면 이어서 표시합니다. 체크포인트를 저장하고 중지한 뒤 나중에 이어갈 수도 있습니다.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>저장 후 중지</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>계속 실행</translation>
    </message>
    <message>
        <source>Do this from now on, until changed in Settings</source>
        <translation>앞으로도 이렇게 하기(설정에서 변경 가능)</translation>
    </message>
</context>
<context>
    <name>ui::shell::CommandPalette</name>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>대화</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>프롬프트</translation>
    </message>
    <message>
        <source>Go to a page, a run, a model…</source>
        <translation>페이지, 실행, 모델로 이동…</translation>
    </message>
    <message>
        <source>Nothing has this name.</source>
        <translation>이름이 일치하는 항목이 없습니다.</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>전체 검색</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>결과</translation>
    </message>
</context>
<context>
    <name>ui::shell::DropTarget</name>
    <message>
        <source>Add to Models</source>
        <translation>모델에 추가</translation>
    </message>
    <message>
        <source>Add to Data</source>
        <translation>데이터에 추가</translation>
    </message>
    <message>
        <source>Add to Adapters</source>
        <translation>어댑터에 추가</translation>
    </message>
    <message>
        <source>Open in Train</source>
        <translation>학습에서 열기</translation>
    </message>
    <message>
        <source>Add to Runs</source>
        <translation>실행에 추가</translation>
    </message>
    <message>
        <source>This cannot be added</source>
        <translation>추가할 수 없습니다</translation>
    </message>
    <message>
        <source>Looking at it</source>
        <translation>확인하는 중</translation>
    </message>
</context>
<context>
    <name>ui::shell::Frame</name>
    <message>
        <source>New run</source>
        <translation>새 학습</translation>
    </message>
    <message>
        <source>Import files…</source>
        <translation>파일 가져오기…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>폴더 가져오기…</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>전체 검색</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>키보드</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>전체 화면</translation>
    </message>
    <message>
        <source>Collapse or expand the sidebar</source>
        <translation>사이드바 접기/펼치기</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>밝은 테마</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>어두운 테마</translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>시스템 테마</translation>
    </message>
    <message>
        <source>Language: %1</source>
        <translation>언어: %1</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>페이지</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>동작</translation>
    </message>
    <message>
        <source>Import files</source>
        <translation>파일 가져오기</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>모든 파일(*)</translation>
    </message>
    <message>
        <source>Import a folder</source>
        <translation>폴더 가져오기</translation>
    </message>
</context>
<context>
    <name>ui::shell::JobBar</name>
    <message>
        <source>Paused</source>
        <translation>일시정지</translation>
    </message>
    <message>
        <source>device is free</source>
        <translation>장치 비어 있음</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>중지하는 중</translation>
    </message>
    <message>
        <source>saving a checkpoint</source>
        <translation>체크포인트 저장 중</translation>
    </message>
    <message>
        <source>does not respond</source>
        <translation>응답 없음</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 남음</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>실패</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>중단됨</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <extracomment>A step of all steps, &quot;1,240 / 2,676&quot;</extracomment>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>No job running</source>
        <translation>실행 중인 작업 없음</translation>
    </message>
    <message>
        <source>Last: %1 finished, %2, validation loss %3</source>
        <extracomment>A run, a time or day, a number</extracomment>
        <translation>최근: %1 %2 완료, 검증 손실 %3</translation>
    </message>
    <message>
        <source>Last: %1 finished, %2</source>
        <translation>최근: %1 %2 완료</translation>
    </message>
    <message>
        <source>Last: %1 failed, %2</source>
        <translation>최근: %1 %2 실패</translation>
    </message>
    <message>
        <source>Last: %1 was interrupted, %2</source>
        <translation>최근: %1 %2 중단</translation>
    </message>
    <message>
        <source>Last: %1 was stopped, %2</source>
        <translation>최근: %1 %2 중지</translation>
    </message>
    <message>
        <source>Queue empty</source>
        <translation>대기열 비어 있음</translation>
    </message>
    <message numerus="yes">
        <source>Queue held: %n wait(s)</source>
        <translation>
            <numerusform>대기열 멈춤: %n개 대기</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in queue</source>
        <translation>
            <numerusform>대기열 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
</context>
<context>
    <name>ui::shell::JobBarView</name>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>단계</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>일시정지</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>저장 후 중지</translation>
    </message>
    <message>
        <source>Opens the run</source>
        <translation>실행을 엽니다</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>실행 진행률</translation>
    </message>
    <message>
        <source>Loss so far</source>
        <translation>현재까지의 손실</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>원인 보기</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>재개</translation>
    </message>
</context>
<context>
    <name>ui::shell::KeyboardHelp</name>
    <message>
        <source>Keyboard</source>
        <translation>키보드</translation>
    </message>
    <message>
        <source>Keys and what they do</source>
        <translation>단축키와 기능</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>어디서나</translation>
    </message>
    <message>
        <source>In lists and tables</source>
        <translation>목록과 표</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>화살표</translation>
    </message>
    <message>
        <source>Walk through the rows</source>
        <translation>행 사이 이동</translation>
    </message>
    <message>
        <source>Open the row</source>
        <translation>행 열기</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>휴지통으로 이동</translation>
    </message>
    <message>
        <source>In forms</source>
        <translation>양식</translation>
    </message>
    <message>
        <source>Next field</source>
        <translation>다음 입력란</translation>
    </message>
    <message>
        <source>Field before</source>
        <translation>이전 입력란</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>다시 하기</translation>
    </message>
</context>
<context>
    <name>ui::shell::Notices</name>
    <message>
        <source>%1 was not added.</source>
        <translation>%1 항목을 추가하지 못했습니다.</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>The engine does not work.</source>
        <translation>엔진이 작동하지 않습니다.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) were not added.</source>
        <translation>
            <numerusform>항목 %n개를 추가하지 못했습니다.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::shell::Pages</name>
    <message>
        <source>Home</source>
        <translation>홈</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>데이터</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>실행</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>플레이그라운드</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>어댑터</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>내보내기</translation>
    </message>
</context>
<context>
    <name>ui::shell::Sidebar</name>
    <message>
        <source>Search</source>
        <translation>검색</translation>
    </message>
    <message>
        <source>Opens the list of pages, actions, runs and models</source>
        <translation>페이지, 동작, 실행, 모델 목록을 엽니다</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>페이지</translation>
    </message>
    <message>
        <source>Expand</source>
        <translation>펼치기</translation>
    </message>
    <message>
        <source>Collapse</source>
        <translation>접기</translation>
    </message>
</context>
<context>
    <name>ui::shell::SidebarModel</name>
    <message>
        <source>%1, something is running</source>
        <translation>%1, 진행 중인 작업 있음</translation>
    </message>
</context>
<context>
    <name>ui::widgets::CommandBox</name>
    <message>
        <source>Text to copy</source>
        <translation>복사할 텍스트</translation>
    </message>
</context>
<context>
    <name>ui::widgets::CopyButton</name>
    <message>
        <source>Copy</source>
        <translation>복사</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>복사됨</translation>
    </message>
</context>
<context>
    <name>ui::widgets::FieldFrame</name>
    <message>
        <source>Reset to the default</source>
        <translation>기본값으로 되돌리기</translation>
    </message>
</context>
<context>
    <name>ui::widgets::FigureTile</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>ui::widgets::LoadingState</name>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>진행률</translation>
    </message>
</context>
</TS>
