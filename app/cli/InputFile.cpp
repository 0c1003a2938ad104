#include "app/cli/InputFile.h"

#include "app/cli/SecretFile.h"
#include "app/cli/Terminal.h"
#include "core/base/OutputFile.h"
#include "core/base/Utf8.h"

#include <QCoreApplication>
#include <QFile>

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace countersign::cli {

namespace {

struct InputFileText
{
    Q_DECLARE_TR_FUNCTIONS(InputFileText)
};

}  // namespace

Result<Bytes> readInputFile(const std::string& path, std::size_t maxBytes, Terminal& terminal)
{
    if (path == standardInputName) {
        ASSIGN_OR_RETURN(const auto text, terminal.readAll());
        return Result<Bytes>(toBytes(text.view()));
    }
    const auto unreadable = [&path](const QString& reason) {
        return failure(ErrorCode::NotFound,
                       InputFileText::tr("The file %1 cannot be read.").arg(shownUtf8(path)), reason);
    };
    // By its descriptor: QFile would decode the name.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        return unreadable(QString::fromLocal8Bit(std::strerror(errno)));
    }
    QFile file;
    file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle);
    const QByteArray content = file.read(qint64(maxBytes) + 1);
    if (file.error() != QFileDevice::NoError) {
        return unreadable(file.errorString());
    }
    return toBytes(asBytes(std::string_view(content.constData(), std::size_t(content.size()))));
}

Status writeOutputFile(const std::string& path, BytesView content)
{
    OutputFile file(path);
    RETURN_IF_ERROR(file.open());
    RETURN_IF_ERROR(file.write(content));
    return file.commit();
}

}  // namespace countersign::cli
