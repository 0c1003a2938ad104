#include "core/mpc/enclave/NitroDocument.h"

#include "core/mpc/enclave/CborReader.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace countersign {

namespace {

struct NitroDocumentText
{
    Q_DECLARE_TR_FUNCTIONS(NitroDocumentText)
};

// AWS's specification of the attestation document (nitro-enclaves-nsm-api, attestation_process.md).
constexpr std::size_t maxKeys = 9;
constexpr std::size_t maxKeyBytes = 16;
constexpr std::size_t maxModuleIdBytes = 255;
constexpr std::size_t maxPcrs = 32;
constexpr std::size_t maxPcrBytes = 64;
constexpr std::size_t maxCertificateBytes = 1024;
constexpr std::size_t maxBundle = 8;  ///< AWS's have four; it names no limit
constexpr std::size_t maxPublicKeyBytes = 1024;
constexpr std::size_t maxUserDataBytes = 512;
constexpr std::size_t maxNonceBytes = 512;

bool readPcrs(CborReader& reader, std::map<std::uint8_t, Bytes>& pcrs)
{
    const bool read = reader.takeMap(maxPcrs, [&] {
        const auto index = reader.takeUnsigned();
        auto value = index && *index < maxPcrs ? reader.takeBytes(maxPcrBytes) : std::nullopt;
        return value && (value->size() == 32 || value->size() == 48 || value->size() == 64) &&
               pcrs.emplace(static_cast<std::uint8_t>(*index), *std::move(value)).second;
    });
    return read && !pcrs.empty() && std::ranges::all_of(pcrs, [&](const auto& pcr) {
               return pcr.second.size() == pcrs.begin()->second.size();
           });
}

bool readCertificate(CborReader& reader, Bytes& certificate)
{
    certificate = reader.takeBytes(maxCertificateBytes).value_or(Bytes());
    return !certificate.empty();
}

bool readBundle(CborReader& reader, std::vector<Bytes>& bundle)
{
    const bool read = reader.takeArray(maxBundle, [&] {
        bundle.emplace_back();
        return readCertificate(reader, bundle.back());
    });
    return read && !bundle.empty();
}

bool readOptional(CborReader& reader, std::size_t maxBytes, std::optional<Bytes>& value)
{
    if (reader.takeNull()) {
        return true;
    }
    value = reader.takeBytes(maxBytes);
    return value.has_value();
}

bool readValue(CborReader& reader, const std::string& key, NitroDocument& document)
{
    if (key == "module_id") {
        document.moduleId = reader.takeText(maxModuleIdBytes).value_or(std::string());
        return !document.moduleId.empty();
    }
    if (key == "digest") {
        return reader.takeText(maxKeyBytes) == "SHA384";
    }
    if (key == "timestamp") {
        const auto time = reader.takeUnsigned();
        document.timestamp = time && *time <= INT64_MAX ? static_cast<UnixMillis>(*time) : 0;
        return document.timestamp > 0;
    }
    if (key == "pcrs") {
        return readPcrs(reader, document.pcrs);
    }
    if (key == "certificate") {
        return readCertificate(reader, document.certificate);
    }
    if (key == "cabundle") {
        return readBundle(reader, document.bundle);
    }
    if (key == "public_key") {
        return readOptional(reader, maxPublicKeyBytes, document.publicKey) &&
               (!document.publicKey || !document.publicKey->empty());
    }
    if (key == "user_data") {
        return readOptional(reader, maxUserDataBytes, document.userData);
    }
    return key == "nonce" && readOptional(reader, maxNonceBytes, document.nonce);
}

tl::unexpected<Error> refused(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   NitroDocumentText::tr("The enclave's attestation document cannot be read."), detail);
}

}  // namespace

Result<NitroDocument> parseNitroDocument(BytesView payload)
{
    NitroDocument document;
    std::set<std::string> seen;
    QString problem = QStringLiteral("the document is not a map of known keys");
    CborReader reader(payload);
    const bool read = reader.takeMap(maxKeys, [&] {
        const auto key = reader.takeText(maxKeyBytes);
        if (!key) {
            return false;
        }
        if (!seen.insert(*key).second) {
            problem = QStringLiteral("a key comes twice");
            return false;
        }
        if (!readValue(reader, *key, document)) {
            problem = QStringLiteral("“%1” is unknown or not as specified").arg(QString::fromStdString(*key));
            return false;
        }
        return true;
    });
    if (!read) {
        return refused(problem);
    }
    if (!reader.isAtEnd()) {
        return refused(QStringLiteral("something follows the document"));
    }
    for (const char* key : {"module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle"}) {
        if (!seen.contains(key)) {
            return refused(QStringLiteral("“%1” is missing").arg(QString::fromLatin1(key)));
        }
    }
    return document;
}

}  // namespace countersign
