#pragma once

#include "core/base/Bytes.h"

#include <QCborStreamReader>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace countersign {

/// A bounded CBOR reader (RFC 8949). Attestation documents are CBOR from outside, and QCborStreamReader
/// leaves the bounds to its caller. Every read names its greatest length, which is checked before memory is
/// taken; definite and indefinite lengths are both read. After the first thing that is not as asked the
/// reader has failed for good. bytes must outlive the reader.
class CborReader
{
public:
    explicit CborReader(BytesView bytes);

    /// Whether the next item carries this tag (RFC 8949 §3.4); it is then consumed.
    bool takeTag(std::uint64_t tag);
    bool takeNull();
    std::optional<std::uint64_t> takeUnsigned();
    /// Positive or negative, within 64 bits.
    std::optional<std::int64_t> takeInteger();
    std::optional<Bytes> takeBytes(std::size_t maxBytes);
    /// Printable ASCII only: everything named in these documents is.
    std::optional<std::string> takeText(std::size_t maxBytes);
    /// Calls item once per element (of a map: once per pair, and item reads both). True when there were at
    /// most maxItems, item never answered false, and the container was closed.
    bool takeArray(std::size_t maxItems, const std::function<bool()>& item);
    bool takeMap(std::size_t maxPairs, const std::function<bool()>& pair);
    /// Nothing failed and nothing is left.
    bool isAtEnd();

private:
    bool takeContainer(std::size_t maxItems, const std::function<bool()>& item);
    std::optional<Bytes> takeString(std::size_t maxBytes);

    qint64 m_size;
    QCborStreamReader m_reader;
    bool m_failed = false;
};

}  // namespace countersign
