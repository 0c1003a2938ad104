#include "core/mpc/enclave/CborReader.h"

#include <algorithm>

namespace countersign {

CborReader::CborReader(BytesView bytes)
    : m_size(static_cast<qint64>(bytes.size())), m_reader(bytes.data(), static_cast<qsizetype>(bytes.size()))
{}

bool CborReader::takeTag(std::uint64_t tag)
{
    if (m_failed || !m_reader.isTag() || static_cast<std::uint64_t>(m_reader.toTag()) != tag) {
        return false;
    }
    m_failed = !m_reader.next();
    return !m_failed;
}

bool CborReader::takeNull()
{
    if (m_failed || !m_reader.isNull()) {
        return false;
    }
    m_failed = !m_reader.next();
    return !m_failed;
}

std::optional<std::uint64_t> CborReader::takeUnsigned()
{
    if (m_failed || !m_reader.isUnsignedInteger()) {
        m_failed = true;
        return std::nullopt;
    }
    const std::uint64_t value = m_reader.toUnsignedInteger();
    m_failed = !m_reader.next();
    return m_failed ? std::nullopt : std::optional(value);
}

std::optional<std::int64_t> CborReader::takeInteger()
{
    const bool isNegative = m_reader.isNegativeInteger();
    if (m_failed || (!isNegative && !m_reader.isUnsignedInteger())) {
        m_failed = true;
        return std::nullopt;
    }
    // A negative integer is −1 − n, and QCborNegativeInteger is n + 1 (0 stands for 2^64).
    const std::uint64_t magnitude =
        isNegative ? static_cast<std::uint64_t>(m_reader.toNegativeInteger()) : m_reader.toUnsignedInteger();
    if (magnitude > INT64_MAX || (isNegative && magnitude == 0)) {
        m_failed = true;
        return std::nullopt;
    }
    m_failed = !m_reader.next();
    const auto value = static_cast<std::int64_t>(magnitude);
    return m_failed ? std::nullopt : std::optional(isNegative ? -value : value);
}

std::optional<Bytes> CborReader::takeString(std::size_t maxBytes)
{
    Bytes all;
    for (;;) {
        const qsizetype size = m_reader.currentStringChunkSize();
        if (size < 0 && m_reader.lastError() != QCborError::NoError) {
            break;
        }
        const std::size_t wanted = size > 0 ? static_cast<std::size_t>(size) : 0;
        if (wanted > maxBytes - all.size()) {
            break;
        }
        const std::size_t before = all.size();
        all.resize(before + wanted);
        // Also where nothing is wanted: this is what moves the reader on.
        char none = 0;
        const auto chunk =
            m_reader.readStringChunk(wanted > 0 ? reinterpret_cast<char*>(all.data() + before) : &none,
                                     wanted > 0 ? static_cast<qsizetype>(wanted) : 1);
        if (chunk.status == QCborStreamReader::EndOfString) {
            all.resize(before);
            return all;
        }
        if (chunk.status == QCborStreamReader::Error || chunk.data != static_cast<qsizetype>(wanted)) {
            break;
        }
    }
    m_failed = true;
    return std::nullopt;
}

std::optional<Bytes> CborReader::takeBytes(std::size_t maxBytes)
{
    if (m_failed || !m_reader.isByteArray()) {
        m_failed = true;
        return std::nullopt;
    }
    return takeString(maxBytes);
}

std::optional<std::string> CborReader::takeText(std::size_t maxBytes)
{
    if (m_failed || !m_reader.isString()) {
        m_failed = true;
        return std::nullopt;
    }
    const auto bytes = takeString(maxBytes);
    if (!bytes || !std::ranges::all_of(*bytes, [](std::uint8_t c) { return c >= ' ' && c <= '~'; })) {
        m_failed = true;
        return std::nullopt;
    }
    return std::string(asText(*bytes));
}

bool CborReader::takeArray(std::size_t maxItems, const std::function<bool()>& item)
{
    m_failed = m_failed || !m_reader.isArray();
    return takeContainer(maxItems, item);
}

bool CborReader::takeMap(std::size_t maxPairs, const std::function<bool()>& pair)
{
    m_failed = m_failed || !m_reader.isMap();
    return takeContainer(maxPairs, pair);
}

bool CborReader::takeContainer(std::size_t maxItems, const std::function<bool()>& item)
{
    m_failed =
        m_failed || (m_reader.isLengthKnown() && m_reader.length() > maxItems) || !m_reader.enterContainer();
    std::size_t count = 0;
    while (!m_failed && m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
        m_failed = ++count > maxItems || !item();
    }
    m_failed = m_failed || m_reader.lastError() != QCborError::NoError || !m_reader.leaveContainer();
    return !m_failed;
}

bool CborReader::isAtEnd()
{
    return !m_failed && m_reader.containerDepth() == 0 && m_reader.currentOffset() == m_size;
}

}  // namespace countersign
