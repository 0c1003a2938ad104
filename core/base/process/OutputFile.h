#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <QSaveFile>

#include <string>

namespace countersign {

/// A file that is written bit by bit and takes the place of one that may be there only when it is complete:
/// an export that was cancelled, or for which the disk had no room, leaves what was there before. Every
/// failure is Storage and names the file.
class OutputFile
{
public:
    /// path: the bytes of its name.
    explicit OutputFile(std::string path);

    Status open();
    Status write(BytesView content);
    /// Without it the end of the object drops what was written.
    Status commit();

private:
    Status notWritten() const;

    std::string m_path;
    QSaveFile m_file;
};

}  // namespace countersign
