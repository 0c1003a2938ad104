#include "core/meaning/descriptors/files/DescriptorAttestation.h"

#include "core/base/Uint256.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "core/meaning/ExplanationJson.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace countersign::meaning {

namespace {

struct DescriptorAttestationText
{
    Q_DECLARE_TR_FUNCTIONS(DescriptorAttestationText)
};

constexpr JsonLimits attestationLimits{
    .maxBytes = maxAttestationBytes, .maxDepth = 8, .maxValues = 400, .maxMembers = 32};
constexpr std::int64_t largestExact = (std::int64_t{1} << 53) - 1;

// EAS on Ethereum mainnet, and the schema that ERC-8176 registered there.
constexpr const char* easName = "EAS Attestation";
constexpr const char* easContract = "0xA1207F3BBa224E2c9c3c6D5aF63D0eb1582Ce587";
constexpr const char* easSchema = "0xe023eef113c1670774801c34b377fdf612dd8a4d2fa92fe382e15bd91fafb5c2";

/// "Attest" of version 2 of EAS's off-chain attestations, in its order.
constexpr std::array<std::pair<const char*, const char*>, 9> attestMembers = {{{"version", "uint16"},
                                                                               {"schema", "bytes32"},
                                                                               {"recipient", "address"},
                                                                               {"time", "uint64"},
                                                                               {"expirationTime", "uint64"},
                                                                               {"revocable", "bool"},
                                                                               {"refUID", "bytes32"},
                                                                               {"data", "bytes"},
                                                                               {"salt", "bytes32"}}};
constexpr std::array<std::pair<const char*, const char*>, 4> domainMembers = {
    {{"name", "string"}, {"version", "string"}, {"chainId", "uint256"}, {"verifyingContract", "address"}}};

tl::unexpected<Error> noAttestation(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   DescriptorAttestationText::tr("This is no attestation of a descriptor (ERC-8176)."),
                   QString::fromLatin1(detail));
}

tl::unexpected<Error> forgedAttestation(const char* detail)
{
    return failure(ErrorCode::BadSignature,
                   DescriptorAttestationText::tr("This attestation is not what it says."),
                   QString::fromLatin1(detail));
}

bool hasExactNumbers(const Json& json)
{
    if (json.is_number_float()) {
        return false;
    }
    if (json.is_number_unsigned()) {
        return json.get<std::uint64_t>() <= static_cast<std::uint64_t>(largestExact);
    }
    if (json.is_number_integer()) {
        const auto number = json.get<std::int64_t>();
        return number <= largestExact && number >= -largestExact;
    }
    return !json.is_structured() || std::ranges::all_of(json, hasExactNumbers);
}

template <std::size_t Count>
Json typeOf(const std::array<std::pair<const char*, const char*>, Count>& members)
{
    Json list = Json::array();
    for (const auto& [name, type] : members) {
        list.push_back({{"name", name}, {"type", type}});
    }
    return list;
}

bool isText(const Json& object, const char* member, std::string_view expected)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_string() && found->get_ref<const std::string&>() == expected;
}

/// Decimal in quotes, or a number.
std::optional<std::uint64_t> secondsIn(const Json& message, const char* member)
{
    const auto found = message.find(member);
    if (found == message.end()) {
        return std::nullopt;
    }
    if (found->is_number_unsigned()) {
        return found->get<std::uint64_t>();
    }
    const auto seconds =
        found->is_string() ? parseQuantity64(found->get_ref<const std::string&>()) : noAttestation(member);
    return seconds ? std::optional(*seconds) : std::nullopt;
}

/// Whether it is about this service, schema and version; the signature covers the rest.
bool isOfService(const Json& sig)
{
    const Json& domain = sig["domain"];
    const Json& message = sig["message"];
    const auto version = message.find("version");
    return isText(domain, "name", easName) && isText(domain, "verifyingContract", easContract) &&
           (isText(domain, "chainId", "1") || domain.value("chainId", Json()) == Json(1)) &&
           isText(sig, "primaryType", "Attest") && isText(message, "schema", easSchema) &&
           version != message.end() && *version == Json(2);
}

std::optional<secp256k1::Signature> signatureIn(const Json& signature)
{
    secp256k1::Signature result;
    const auto read = [&](const char* member, std::array<std::uint8_t, 32>& to) {
        const auto found = signature.find(member);
        const auto bytes = found != signature.end() && found->is_string()
                               ? fromHex(found->get_ref<const std::string&>())
                               : noAttestation(member);
        if (!bytes || bytes->size() != to.size()) {
            return false;
        }
        std::ranges::copy(*bytes, to.begin());
        return true;
    };
    const auto v = signature.find("v");
    if (!read("r", result.r) || !read("s", result.s) || v == signature.end() || (*v != 27 && *v != 28)) {
        return std::nullopt;
    }
    result.recoveryId = *v == 28 ? 1 : 0;
    return result;
}

Result<EvmAddress> signerOf(const Json& sig)
{
    Json typedData = {{"types", {{"EIP712Domain", typeOf(domainMembers)}, {"Attest", typeOf(attestMembers)}}},
                      {"primaryType", "Attest"},
                      {"domain", sig["domain"]},
                      {"message", sig["message"]}};
    const auto hash = hashTypedData(typedData, UndeclaredMembers::Refuse);
    const auto signature = signatureIn(sig["signature"]);
    if (!hash || !signature) {
        return noAttestation(hash ? "no signature" : "not what the service signs");
    }
    // The service's contract takes the low half alone.
    if (secp256k1::withLowS(*signature).value_or(secp256k1::Signature()) != *signature) {
        return forgedAttestation("no valid signature");
    }
    const auto key = secp256k1::recover(hash->digest, *signature);
    if (!key) {
        return forgedAttestation("no valid signature");
    }
    return evmAddressOf(*key);
}

}  // namespace

std::optional<Keccak256Digest> descriptorHash(const Json& descriptor)
{
    if (!hasExactNumbers(descriptor)) {
        return std::nullopt;
    }
    return keccak256(asBytes(canonicalJson(descriptor)));
}

Result<DescriptorAttestation> verifiedAttestation(std::string_view text, const Keccak256Digest& descriptor)
{
    ASSIGN_OR_RETURN(Json json, parseJson(text, attestationLimits));
    if (!json.is_object() || !json.contains("sig") || !json["sig"].is_object()) {
        return noAttestation("no member sig");
    }
    Json& sig = json["sig"];
    for (const char* member : {"domain", "message", "signature"}) {
        if (!sig.contains(member) || !sig[member].is_object()) {
            return noAttestation("a part is missing");
        }
    }
    const auto time = secondsIn(sig["message"], "time");
    const auto expires = secondsIn(sig["message"], "expirationTime");
    if (!isOfService(sig) || !time || !expires) {
        return noAttestation("of another service, schema or version");
    }
    if (!isText(sig["message"], "data", toHexPrefixed(descriptor))) {
        return forgedAttestation("for another descriptor, or an earlier version of this one");
    }
    ASSIGN_OR_RETURN(const EvmAddress attester, signerOf(sig));
    ASSIGN_OR_RETURN(const std::string named, requiredString(json, "signer"));
    const auto signer = parseEvmAddress(named);
    if (!signer || *signer != attester) {
        return forgedAttestation("signed by somebody else");
    }
    return DescriptorAttestation{attester, *time, *expires};
}

}  // namespace countersign::meaning
