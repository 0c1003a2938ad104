#include "core/crypto/envelopes/EnvelopeOpener.h"

#include "core/base/text/SanitizedText.h"

#include <QStringList>

#include <algorithm>

namespace countersign {

namespace {

constexpr qsizetype maxKidCharacters = 200;

/// A kid comes from outside, and goes into a log.
QString printable(std::string_view kid)
{
    return sanitizedText(kid, maxKidCharacters);
}

}  // namespace

bool EnvelopeOpener::hasKey(std::string_view kid) const
{
    return std::ranges::any_of(m_keys, [kid](const EnvelopeKey& key) { return key.kid == kid; });
}

Result<OpenedEnvelope> EnvelopeOpener::open(const HybridEnvelope& envelope,
                                            std::string_view preferredKid) const
{
    const std::string_view first = envelope.kid ? std::string_view(*envelope.kid) : preferredKid;
    std::vector<const EnvelopeKey*> order;
    order.reserve(m_keys.size());
    for (const EnvelopeKey& key : m_keys) {
        order.push_back(&key);
    }
    std::stable_partition(order.begin(), order.end(),
                          [first](const EnvelopeKey* key) { return key->kid == first; });

    QStringList reasons;
    for (const EnvelopeKey* key : order) {
        auto plaintext = openEnvelope(envelope, key->key);
        if (plaintext) {
            return OpenedEnvelope{*std::move(plaintext), key->kid};
        }
        reasons += QStringLiteral("%1: %2").arg(printable(key->kid), plaintext.error().detail);
    }
    QString detail = QStringLiteral("tried %1 keys").arg(m_keys.size());
    if (!first.empty() && !hasKey(first)) {
        detail = QStringLiteral("no key with kid \"%1\"; %2").arg(printable(first), detail);
    }
    if (!reasons.isEmpty()) {
        detail += QStringLiteral(" (%1)").arg(reasons.join(QStringLiteral("; ")));
    }
    return envelopeFailure(detail);
}

}  // namespace countersign
