#include "app/cli/Terminal.h"

#include <QCoreApplication>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace countersign::cli {

namespace {

struct TerminalText
{
    Q_DECLARE_TR_FUNCTIONS(TerminalText)
};

constexpr std::size_t chunk = 64 * 1024;

tl::unexpected<Error> tooLong()
{
    return failure(ErrorCode::InvalidInput,
                   TerminalText::tr("The input is longer than %1 bytes.").arg(terminalMaxInput));
}

tl::unexpected<Error> unreadable()
{
    return failure(ErrorCode::Storage, TerminalText::tr("Standard input cannot be read."));
}

/// -1 on failure, 0 at the end.
ssize_t readSome(int descriptor, std::span<std::uint8_t> target)
{
    for (;;) {
        const ssize_t count = ::read(descriptor, target.data(), target.size());
        if (count >= 0 || errno != EINTR) {
            return count;
        }
    }
}

bool writeAll(int descriptor, BytesView bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

Terminal::~Terminal()
{
    wipeMemory(m_buffer.data(), m_buffer.size());
}

void Terminal::print(const Json& json)
{
    write(asBytes(dumpJsonExactly(json) + '\n'));
}

void Terminal::write(BytesView bytes)
{
    m_intact = writeAll(m_output, bytes) && m_intact;
}

void Terminal::message(const QString& sentence)
{
    // Nobody can be told that standard error is closed.
    (void)writeAll(m_errors, asBytes(sentence.toStdString() + '\n'));
}

void Terminal::message(const Error& error)
{
    message(error.sentence);
    if (!error.detail.isEmpty()) {
        message(TerminalText::tr("Detail: %1").arg(error.detail));
    }
}

Result<SecretBytes> Terminal::readAll()
{
    SecretBytes all(terminalMaxInput + 1);
    std::size_t size = 0;
    while (size < all.size()) {
        const ssize_t count = readSome(m_input, all.span().subspan(size));
        if (count < 0) {
            return unreadable();
        }
        if (count == 0) {
            all.truncate(size);
            return all;
        }
        size += static_cast<std::size_t>(count);
    }
    return tooLong();
}

bool Terminal::fill()
{
    if (m_ended) {
        return false;
    }
    m_buffer.resize(chunk);
    const ssize_t count = readSome(m_input, m_buffer);
    m_begin = 0;
    m_end = count > 0 ? static_cast<std::size_t>(count) : 0;
    m_ended = count <= 0;
    if (count < 0) {
        m_intact = false;
        message(unreadable().value());
    }
    return count > 0;
}

std::optional<Result<std::string>> Terminal::nextLine()
{
    std::string line;
    bool overlong = false;
    for (;;) {
        if (m_begin == m_end && !fill()) {
            break;
        }
        const auto begin = m_buffer.begin() + static_cast<std::ptrdiff_t>(m_begin);
        const auto end = m_buffer.begin() + static_cast<std::ptrdiff_t>(m_end);
        const auto newline = std::find(begin, end, std::uint8_t{'\n'});
        const auto length = static_cast<std::size_t>(newline - begin);
        overlong = overlong || line.size() + length > terminalMaxInput;
        if (!overlong) {
            line.append(begin, newline);
        }
        m_begin += length;
        if (newline != end) {
            ++m_begin;
            if (overlong) {
                return Result<std::string>(tooLong());
            }
            return Result<std::string>(std::move(line));
        }
    }
    if (overlong) {
        return Result<std::string>(tooLong());
    }
    if (line.empty()) {
        return std::nullopt;
    }
    return Result<std::string>(std::move(line));
}

}  // namespace countersign::cli
