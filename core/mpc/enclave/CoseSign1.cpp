#include "core/mpc/enclave/CoseSign1.h"

#include "core/crypto/primitives/EcdsaP384.h"
#include "core/mpc/enclave/CborReader.h"

#include <QByteArray>
#include <QCborStreamWriter>

namespace countersign {

namespace {

constexpr std::uint64_t coseSign1Tag = 18;
constexpr std::int64_t algorithmLabel = 1;
constexpr std::int64_t es384 = -35;
constexpr std::size_t maxHeaderBytes = 64;

bool isEs384(BytesView protectedHeader)
{
    CborReader reader(protectedHeader);
    int members = 0;
    const bool read = reader.takeMap(1, [&] {
        ++members;
        return reader.takeInteger() == algorithmLabel && reader.takeInteger() == es384;
    });
    return read && members == 1 && reader.isAtEnd();
}

QByteArray viewOf(const Bytes& bytes)
{
    return QByteArray::fromRawData(reinterpret_cast<const char*>(bytes.data()),
                                   static_cast<qsizetype>(bytes.size()));
}

}  // namespace

std::optional<CoseSign1> parseCoseSign1(BytesView bytes)
{
    if (bytes.size() > attestationMaxBytes) {
        return std::nullopt;
    }
    CborReader reader(bytes);
    reader.takeTag(coseSign1Tag);
    CoseSign1 message;
    int position = 0;
    const auto keep = [](std::optional<Bytes> read, Bytes& into) {
        into = std::move(read).value_or(Bytes());
        return !into.empty();
    };
    const bool read = reader.takeArray(4, [&] {
        switch (position++) {
            case 0:
                return keep(reader.takeBytes(maxHeaderBytes), message.protectedHeader);
            case 1:
                return reader.takeMap(0, [] { return false; });
            case 2:
                return keep(reader.takeBytes(attestationMaxBytes), message.payload);
            default:
                return keep(reader.takeBytes(p384::signatureBytes), message.signature);
        }
    });
    if (!read || position != 4 || !reader.isAtEnd() || message.signature.size() != p384::signatureBytes ||
        !isEs384(message.protectedHeader)) {
        return std::nullopt;
    }
    return message;
}

Bytes coseToBeSigned(const CoseSign1& message)
{
    QByteArray encoded;
    QCborStreamWriter writer(&encoded);
    writer.startArray(4);
    writer.append(QLatin1String("Signature1"));
    writer.append(viewOf(message.protectedHeader));
    writer.append(QByteArray(""));
    writer.append(viewOf(message.payload));
    writer.endArray();
    return {encoded.begin(), encoded.end()};
}

}  // namespace countersign
