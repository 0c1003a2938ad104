#include "app/cli/input/InputFile.h"

#include "app/cli/Terminal.h"
#include "app/cli/input/SecretFile.h"
#include "core/base/process/OutputFile.h"
#include "core/base/text/Utf8.h"

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

constexpr qint64 inputPieceBytes = qint64{64} * 1024;

tl::unexpected<Error> unreadableInput(const std::string& path, const QString& reason)
{
    return failure(ErrorCode::NotFound, InputFileText::tr("The file %1 cannot be read.").arg(shownUtf8(path)),
                   reason);
}

/// By its descriptor: QFile would decode the name.
Status openInput(QFile& file, const std::string& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        return unreadableInput(path, QString::fromLocal8Bit(std::strerror(errno)));
    }
    file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle);
    return {};
}

BytesView viewOfBuffer(const QByteArray& buffer)
{
    return asBytes(std::string_view(buffer.constData(), static_cast<std::size_t>(buffer.size())));
}

Status readInputLines(Terminal& terminal, const std::function<Status(BytesView)>& take)
{
    while (const auto line = terminal.nextLine()) {
        ASSIGN_OR_RETURN(const std::string text, *line);
        RETURN_IF_ERROR(take(asBytes(text + '\n')));
    }
    return {};
}

}  // namespace

Result<Bytes> readInputFile(const std::string& path, std::size_t maxBytes, Terminal& terminal)
{
    if (path == standardInputName) {
        ASSIGN_OR_RETURN(const auto text, terminal.readAll());
        return Result<Bytes>(toBytes(text.view()));
    }
    QFile file;
    RETURN_IF_ERROR(openInput(file, path));
    const QByteArray content = file.read(qint64(maxBytes) + 1);
    if (file.error() != QFileDevice::NoError) {
        return unreadableInput(path, file.errorString());
    }
    return toBytes(viewOfBuffer(content));
}

Status readInputPieces(const std::string& path, Terminal& terminal,
                       const std::function<Status(BytesView)>& take)
{
    if (path == standardInputName) {
        return readInputLines(terminal, take);
    }
    QFile file;
    RETURN_IF_ERROR(openInput(file, path));
    QByteArray piece;
    do {
        piece = file.read(inputPieceBytes);
        RETURN_IF_ERROR(take(viewOfBuffer(piece)));
    } while (!piece.isEmpty());
    return file.error() == QFileDevice::NoError ? Status() : unreadableInput(path, file.errorString());
}

Status writeOutputFile(const std::string& path, BytesView content)
{
    OutputFile file(path);
    RETURN_IF_ERROR(file.open());
    RETURN_IF_ERROR(file.write(content));
    return file.commit();
}

}  // namespace countersign::cli
