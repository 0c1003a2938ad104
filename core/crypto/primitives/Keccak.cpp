#include "core/crypto/primitives/Keccak.h"

#include <QCryptographicHash>

#include <algorithm>

namespace countersign {

Keccak256Digest keccak256(BytesView bytes)
{
    const QByteArrayView view(bytes.data(), static_cast<qsizetype>(bytes.size()));
    const QByteArray hash = QCryptographicHash::hash(view, QCryptographicHash::Keccak_256);
    Keccak256Digest digest{};
    std::copy_n(asBytes({hash.constData(), static_cast<std::size_t>(hash.size())}).begin(), digest.size(),
                digest.begin());
    return digest;
}

}  // namespace countersign
