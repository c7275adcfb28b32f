# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""pip that keeps what arrived of a wheel, so that a killed download goes on where it stopped.

    python3 resuming_pip.py KEEP_FOLDER PIP_ARGUMENT...

pip resumes a broken connection within one run only, and forgets the rest. Written for the pip of scripts/pip.txt.
Hashes are pip's business as ever: a wrong file is refused, and is no longer kept.
"""
import shutil
import sys
from pathlib import Path

from pip._internal.cli.main import main
from pip._internal.network import download
from pip._internal.operations import prepare

KEPT = Path(sys.argv[1])


class KeepingDownloader(download.Downloader):
    """Writes to KEPT/<file>.part and asks only for the bytes that are not there yet."""

    def __call__(self, link, location):
        part = KEPT / f"{link.filename}.part"
        response = self._http_get(link)
        with part.open("ab") as file:
            state = download._FileDownload(link, file, download._get_http_response_size(response), file.tell())
            if state.bytes_received == 0:
                self._process_response(state, response)
            else:
                response.close()
            if state.is_incomplete():
                self._attempt_resumes_or_redownloads(state, response)
        whole = shutil.move(part, Path(location) / link.filename)
        return str(whole), response.headers.get("Content-Type", "")


prepare.Downloader = KeepingDownloader
sys.exit(main(sys.argv[2:]))
