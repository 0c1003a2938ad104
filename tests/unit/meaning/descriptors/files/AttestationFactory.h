#pragma once

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Secp256k1.h"

#include <string>

namespace countersign {

/// Makes attestations as an auditor's wallet does (EAS, off-chain, version 2), with a key of its own.
class AttestationFactory
{
public:
    AttestationFactory()
        : m_scalar(secp256k1::generateScalar()), m_attester(*evmAddressOf(*secp256k1::publicKey(m_scalar)))
    {}

    const EvmAddress& attester() const { return m_attester; }

    static Json message(BytesView descriptorHash)
    {
        const std::string zero = "0x" + std::string(64, '0');
        return {{"version", 2},
                {"schema", "0xe023eef113c1670774801c34b377fdf612dd8a4d2fa92fe382e15bd91fafb5c2"},
                {"recipient", "0x0000000000000000000000000000000000000000"},
                {"time", "1785288536"},
                {"expirationTime", "0"},
                {"revocable", true},
                {"refUID", zero},
                {"data", toHexPrefixed(descriptorHash)},
                {"salt", "0x" + std::string(64, '5')}};
    }

    static Json domain()
    {
        return {{"name", "EAS Attestation"},
                {"version", "0.26"},
                {"chainId", "1"},
                {"verifyingContract", "0xA1207F3BBa224E2c9c3c6D5aF63D0eb1582Ce587"}};
    }

    /// As the registry keeps it.
    Json signedBy(const Json& domain, const Json& message) const
    {
        const Json typedData = {
            {"types", types()}, {"primaryType", "Attest"}, {"domain", domain}, {"message", message}};
        const auto signature = *secp256k1::sign(m_scalar, hashTypedData(typedData)->digest);
        return {{"sig",
                 {{"version", 2},
                  {"domain", domain},
                  {"primaryType", "Attest"},
                  {"message", message},
                  {"types", {{"Attest", types()["Attest"]}}},
                  {"signature",
                   {{"v", 27 + signature.recoveryId},
                    {"r", toHexPrefixed(signature.r)},
                    {"s", toHexPrefixed(signature.s)}}}}},
                {"signer", toText(m_attester)}};
    }

    std::string attestation(BytesView descriptorHash) const
    {
        return signedBy(domain(), message(descriptorHash)).dump();
    }

private:
    static Json types()
    {
        const auto member = [](const char* type, const char* name) {
            return Json{{"name", name}, {"type", type}};
        };
        return {{"EIP712Domain",
                 {member("string", "name"), member("string", "version"), member("uint256", "chainId"),
                  member("address", "verifyingContract")}},
                {"Attest",
                 {member("uint16", "version"), member("bytes32", "schema"), member("address", "recipient"),
                  member("uint64", "time"), member("uint64", "expirationTime"), member("bool", "revocable"),
                  member("bytes32", "refUID"), member("bytes", "data"), member("bytes32", "salt")}}};
    }

    SecretBytes m_scalar;
    EvmAddress m_attester;
};

}  // namespace countersign
