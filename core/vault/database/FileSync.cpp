#include "core/vault/database/FileSync.h"

#include "core/vault/database/StorageErrors.h"

#include <QCoreApplication>
#include <QFile>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <QSaveFile>

#include <io.h>

#include <fstream>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace countersign {

namespace {

struct FileSyncText
{
    Q_DECLARE_TR_FUNCTIONS(FileSyncText)
};

enum class Reading { Done, NotFound, NoFile, Failed };

#ifdef Q_OS_UNIX

tl::unexpected<Error> systemFailure(const std::filesystem::path& file)
{
    return failure(storageError(errno, file));
}

/// Closes on every way out.
class Descriptor
{
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor()
    {
        if (m_number >= 0) {
            ::close(m_number);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return m_number; }

private:
    int m_number;
};

/// As much of a regular file as fits; content has its size afterwards. A pipe or a device in its place could
/// block the reader for good. Not by a stream: the record's head is read dozens of times for one signature.
Reading readRegularFile(const std::filesystem::path& file, Bytes& content, std::error_code& reason)
{
    const auto failed = [&reason] {
        reason = std::error_code(errno, std::generic_category());
        return reason == std::errc::no_such_file_or_directory       ? Reading::NotFound
               : reason == std::errc::too_many_symbolic_link_levels ? Reading::NoFile
               : reason == std::errc::no_such_device_or_address     ? Reading::NoFile
                                                                    : Reading::Failed;
    };
    const Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat status = {};
    if (input.number() < 0 || ::fstat(input.number(), &status) != 0) {
        return failed();
    }
    if (!S_ISREG(status.st_mode)) {
        return Reading::NoFile;
    }
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t count = ::read(input.number(), content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failed();
        }
        if (count == 0) {
            break;
        }
        size += static_cast<std::size_t>(count);
    }
    content.resize(size);
    return Reading::Done;
}

bool writeAll(int descriptor, BytesView content)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

Status writeDurably(const std::filesystem::path& file, BytesView content)
{
    constexpr mode_t ownerOnly = 0600;
    const Descriptor descriptor(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, ownerOnly));
    if (descriptor.number() < 0 || ::fchmod(descriptor.number(), ownerOnly) != 0 ||
        !writeAll(descriptor.number(), content) || ::fsync(descriptor.number()) != 0) {
        return systemFailure(file);
    }
    return {};
}

#else

Reading readRegularFile(const std::filesystem::path& file, Bytes& content, std::error_code& reason)
{
    const std::filesystem::file_status status = std::filesystem::symlink_status(file, reason);
    if (status.type() == std::filesystem::file_type::not_found) {
        return Reading::NotFound;
    }
    if (status.type() != std::filesystem::file_type::regular) {
        return Reading::NoFile;
    }
    // Not QFile, which would decode the name: two folders whose names are no UTF-8 would be one.
    errno = 0;
    std::ifstream input(file, std::ios::binary);
    std::string text(content.size(), '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!input.is_open() || input.bad()) {
        reason = std::error_code(errno, std::generic_category());
        return Reading::Failed;
    }
    text.resize(static_cast<std::size_t>(input.gcount()));
    content = toBytes(asBytes(text));
    return Reading::Done;
}

tl::unexpected<Error> writeFailure(const std::filesystem::path& file, const std::string& reason)
{
    return failure(ErrorCode::Storage,
                   FileSyncText::tr("A file of the profile cannot be written. Check the disk's free "
                                    "space and the folder's permissions."),
                   QString::fromStdString(file.string() + ": " + reason));
}

#endif

}  // namespace

Status overwriteFile(const std::filesystem::path& file, BytesView content)
{
#ifdef Q_OS_UNIX
    const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
    if (descriptor.number() < 0 || !writeAll(descriptor.number(), content) ||
        ::fdatasync(descriptor.number()) != 0) {
        return systemFailure(file);
    }
    return {};
#else
    QFile output(QString::fromStdString(file.string()));
    const auto size = static_cast<qint64>(content.size());
    if (!output.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered) ||
        output.write(asText(content).data(), size) != size || ::_commit(output.handle()) != 0) {
        return writeFailure(file, output.errorString().toStdString());
    }
    return {};
#endif
}

Status wipeFile(const std::filesystem::path& file)
{
    static constexpr std::array<std::uint8_t, std::size_t{64} * 1024> zeros{};
    std::error_code reason;
    std::uintmax_t left = std::filesystem::file_size(file, reason);
    if (reason) {
        return failure(storageErrorOr(reason, file, FileSyncText::tr("A file of the profile is missing.")));
    }
    const auto next = [&left] {
        const auto bytes = static_cast<std::size_t>(std::min<std::uintmax_t>(left, zeros.size()));
        left -= bytes;
        return BytesView(zeros).first(bytes);
    };
#ifdef Q_OS_UNIX
    const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
    bool written = descriptor.number() >= 0;
    while (written && left > 0) {
        written = writeAll(descriptor.number(), next());
    }
    return written && ::fdatasync(descriptor.number()) == 0 ? Status() : systemFailure(file);
#else
    QFile output(QString::fromStdString(file.string()));
    bool written = output.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered);
    while (written && left > 0) {
        const BytesView zero = next();
        const auto size = static_cast<qint64>(zero.size());
        written = output.write(asText(zero).data(), size) == size;
    }
    return written && ::_commit(output.handle()) == 0
               ? Status()
               : writeFailure(file, output.errorString().toStdString());
#endif
}

Status syncFolder(const std::filesystem::path& folder)
{
#ifdef Q_OS_UNIX
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.number() < 0 || ::fsync(descriptor.number()) != 0) {
        return systemFailure(folder);
    }
#else
    Q_UNUSED(folder);
#endif
    return {};
}

Status replaceFile(const std::filesystem::path& file, BytesView content)
{
#ifdef Q_OS_UNIX
    std::filesystem::path fresh = file;
    fresh += ".new";
    RETURN_IF_ERROR(writeDurably(fresh, content));
    if (::rename(fresh.c_str(), file.c_str()) != 0) {
        return systemFailure(file);
    }
    return syncFolder(file.parent_path());
#else
    QSaveFile output(QString::fromStdString(file.string()));
    const auto size = static_cast<qint64>(content.size());
    if (!output.open(QIODevice::WriteOnly) || output.write(asText(content).data(), size) != size ||
        !output.commit()) {
        return writeFailure(file, output.errorString().toStdString());
    }
    return {};
#endif
}

Result<Bytes> readSmallFile(const std::filesystem::path& file, std::size_t maxBytes)
{
    const QString name = QString::fromStdString(file.string());
    Bytes content(maxBytes + 1);
    std::error_code reason;
    switch (readRegularFile(file, content, reason)) {
        case Reading::NotFound:
            return failure(ErrorCode::NotFound, FileSyncText::tr("A file of the profile is missing."), name);
        case Reading::NoFile:
            return failure(ErrorCode::InvalidInput, FileSyncText::tr("A file of the profile is not a file."),
                           name);
        case Reading::Failed:
            return failure(storageErrorOr(
                reason, file,
                FileSyncText::tr("A file of the profile cannot be read. Check its permissions.")));
        case Reading::Done:
            break;
    }
    if (content.size() > maxBytes) {
        return failure(ErrorCode::InvalidInput, FileSyncText::tr("A file of the profile is too long."), name);
    }
    return content;
}

}  // namespace countersign
