#include "app/cli/input/SecretFile.h"

#include "app/cli/Terminal.h"

#include <QCoreApplication>

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace countersign::cli {

namespace {

struct SecretFileText
{
    Q_DECLARE_TR_FUNCTIONS(SecretFileText)
};

Result<SecretBytes> readDescriptor(int descriptor, QLatin1StringView option)
{
    SecretBytes content(secretFileMaxBytes + 1);
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t count = ::read(descriptor, content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure(ErrorCode::InvalidInput,
                           SecretFileText::tr("The file of --%1 cannot be read: %2.")
                               .arg(option, QString::fromLocal8Bit(std::strerror(errno))));
        }
        if (count == 0) {
            content.truncate(size);
            return content;
        }
        size += static_cast<std::size_t>(count);
    }
    return failure(
        ErrorCode::InvalidInput,
        SecretFileText::tr("The file of --%1 is longer than %2 bytes.").arg(option).arg(secretFileMaxBytes));
}

}  // namespace

Result<SecretBytes> readSecretFile(const std::string& path, QLatin1StringView option, Terminal& terminal)
{
    if (path == standardInputName) {
        return terminal.readAll();
    }
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        return failure(ErrorCode::InvalidInput,
                       SecretFileText::tr("The file of --%1 cannot be opened: %2.")
                           .arg(option, QString::fromLocal8Bit(std::strerror(errno))));
    }
    auto content = readDescriptor(descriptor, option);
    ::close(descriptor);
    return content;
}

Result<SecretBytes> readSecretLine(const std::string& path, QLatin1StringView option, Terminal& terminal)
{
    auto content = readSecretFile(path, option, terminal);
    if (content) {
        dropTrailingNewline(*content);
        // Passphrases may have been chosen with it: the vault tries both (PassphraseText), a PEM file's is
        // its maker's business.
        if (!option.endsWith(passphraseFileOption)) {
            dropByteOrderMark(*content);
        }
        if (content->isEmpty()) {
            return failure(ErrorCode::InvalidInput,
                           SecretFileText::tr("The file of --%1 is empty.").arg(option));
        }
    }
    return content;
}

}  // namespace countersign::cli
