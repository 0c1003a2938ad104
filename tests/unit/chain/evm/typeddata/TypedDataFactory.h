#pragma once

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/typeddata/TypedData.h"

#include <cstring>
#include <string>

namespace countersign::testing {

/// Makes typed data for tests, and says what becomes of it.
class TypedDataFactory
{
public:
    /// The example of EIP-712.
    static constexpr const char* mail = R"({
  "types": {
    "EIP712Domain": [{"name":"name","type":"string"},{"name":"version","type":"string"},
                     {"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
    "Person": [{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
    "Mail": [{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]
  },
  "primaryType": "Mail",
  "domain": {"name":"Ether Mail","version":"1","chainId":1,
             "verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
  "message": {"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
              "to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
              "contents":"Hello, Bob!"}
})";

    static Json parsed(const char* text)
    {
        const auto json = parseJson(text, typedDataJsonLimits);
        if (!json) {
            qFatal("the test's JSON is wrong: %s", qPrintable(json.error().detail));
        }
        return *json;
    }

    /// One struct T with one member v.
    static Json single(const char* type, const char* value)
    {
        Json json = parsed(R"({"types":{"T":[{"name":"v","type":""}],"S":[{"name":"a","type":"uint8"}],
                           "R":[{"name":"next","type":"R"},{"name":"all","type":"R[]"}]},
                           "primaryType":"T","domain":{},"message":{}})");
        json["types"]["T"][0]["type"] = type;
        json["message"]["v"] = parsed(value);
        return json;
    }

    static std::string digestOf(const Json& json)
    {
        const auto hash = hashTypedData(json);
        return hash ? toHex(hash->digest) : "refused: " + hash.error().detail.toStdString();
    }

    static Keccak256Digest hashOf(const std::string& hex) { return keccak256(*fromHex(hex)); }

    static std::string word(const char* hex) { return std::string(64 - std::strlen(hex), '0') + hex; }
};

}  // namespace countersign::testing
