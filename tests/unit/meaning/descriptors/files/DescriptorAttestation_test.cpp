#include "core/meaning/descriptors/files/DescriptorAttestation.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/files/AttestationFactory.h"

#include <QTest>

#include <functional>

using namespace countersign;
using meaning::descriptorHash;
using meaning::verifiedAttestation;

class DescriptorAttestationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Members sorted, no blanks: two spellings of one descriptor have one hash.
    void hashesTheCanonicalForm()
    {
        const auto hash = descriptorHash(Json::parse(R"({"b": [1, true, null], "a": "é\u000a"})"));
        QVERIFY(hash.has_value());
        QCOMPARE(*hash, keccak256(asBytes("{\"a\":\"\xc3\xa9\\n\",\"b\":[1,true,null]}")));
        QCOMPARE(descriptorHash(Json::parse(R"({"a":"é\n","b":[1,true,null]})")), hash);
    }

    /// JavaScript writes these in its own way, which is not ours to guess.
    void hasNoHashForOtherNumbers()
    {
        for (const char* text :
             {"[1.5]", "[9007199254740992]", "[-9007199254740992]", R"({"a": [{"b": 1e3}]})"}) {
            QVERIFY2(!descriptorHash(Json::parse(text)), text);
        }
        QVERIFY(descriptorHash(Json::parse("[9007199254740991, -9007199254740991]")).has_value());
    }

    void tellsWhoSigned()
    {
        const auto attestation = verifiedAttestation(m_factory.attestation(m_hash), m_hash);
        QVERIFY(attestation.has_value());
        QCOMPARE(attestation->attester, m_factory.attester());
        QCOMPARE(attestation->time, std::uint64_t{1'785'288'536});
        QCOMPARE(attestation->expires, std::uint64_t{0});
    }

    void isForThisDescriptorAlone()
    {
        auto other = m_hash;
        other.back() ^= 1U;
        QCOMPARE(verifiedAttestation(m_factory.attestation(m_hash), other).error().code,
                 ErrorCode::BadSignature);
    }

    /// Each member that is signed, changed afterwards.
    void coversEveryMember()
    {
        const Json genuine = Json::parse(m_factory.attestation(m_hash));
        const Json changed = {{"time", "1785288537"},
                              {"expirationTime", "1"},
                              {"revocable", false},
                              {"recipient", "0x0000000000000000000000000000000000000001"},
                              {"refUID", "0x" + std::string(64, '1')},
                              {"salt", "0x" + std::string(64, '6')}};
        for (const auto& [member, value] : changed.items()) {
            Json forged = genuine;
            forged["sig"]["message"][member] = value;
            QVERIFY2(verifiedAttestation(forged.dump(), m_hash).error().code == ErrorCode::BadSignature,
                     member.c_str());
        }
        Json forged = genuine;
        forged["sig"]["domain"]["version"] = "0.27";
        QCOMPARE(verifiedAttestation(forged.dump(), m_hash).error().code, ErrorCode::BadSignature);
    }

    /// Properly signed, but by somebody else than it says, or for another service.
    void believesNoOtherSigner()
    {
        Json named = Json::parse(m_factory.attestation(m_hash));
        named["signer"] = "0x3846c3A30E62075Fa916216b35EF04B8F53931f6";
        QCOMPARE(verifiedAttestation(named.dump(), m_hash).error().code, ErrorCode::BadSignature);

        Json domain = AttestationFactory::domain();
        domain["verifyingContract"] = "0x00000000000000000000000000000000000000c1";
        const Json elsewhere = m_factory.signedBy(domain, AttestationFactory::message(m_hash));
        QCOMPARE(verifiedAttestation(elsewhere.dump(), m_hash).error().code, ErrorCode::InvalidInput);

        Json message = AttestationFactory::message(m_hash);
        message["schema"] = "0x" + std::string(64, '7');
        const Json otherSchema = m_factory.signedBy(AttestationFactory::domain(), message);
        QCOMPARE(verifiedAttestation(otherSchema.dump(), m_hash).error().code, ErrorCode::InvalidInput);
    }

    /// The other half of the order would give every attestation a second form.
    void refusesAHighS()
    {
        Json high = Json::parse(m_factory.attestation(m_hash));
        Json& signature = high["sig"]["signature"];
        const auto s = *secretFromHex(signature["s"].get<std::string>());
        const auto negated = *secp256k1::negate(s);
        signature["s"] = toHexPrefixed(negated.view());
        signature["v"] = signature["v"] == 27 ? 28 : 27;
        QCOMPARE(verifiedAttestation(high.dump(), m_hash).error().code, ErrorCode::BadSignature);
    }

    void refusesWhatIsNone()
    {
        const Json genuine = Json::parse(m_factory.attestation(m_hash));
        const std::vector<std::function<void(Json&)>> changes = {
            [](Json& json) { json = Json::array(); },
            [](Json& json) { json.erase("sig"); },
            [](Json& json) { json.erase("signer"); },
            [](Json& json) { json["sig"] = "0x"; },
            [](Json& json) { json["sig"]["message"] = nullptr; },
            [](Json& json) { json["sig"]["message"].erase("time"); },
            [](Json& json) { json["sig"]["message"]["time"] = "-1"; },
            [](Json& json) { json["sig"]["message"]["version"] = 1; },
            [](Json& json) { json["sig"]["message"]["more"] = 1; },
            [](Json& json) { json["sig"]["domain"]["chainId"] = "10"; },
            [](Json& json) { json["sig"]["primaryType"] = "Attestation"; },
            [](Json& json) { json["sig"]["signature"]["v"] = 0; },
            [](Json& json) { json["sig"]["signature"]["r"] = "0x00"; },
            [](Json& json) { json["sig"]["signature"].erase("s"); },
        };
        for (std::size_t i = 0; i < changes.size(); ++i) {
            Json json = genuine;
            changes[i](json);
            QVERIFY2(!verifiedAttestation(json.dump(), m_hash), qPrintable(QString::number(i)));
        }
        QVERIFY(!verifiedAttestation("", m_hash));
        QVERIFY(!verifiedAttestation(std::string(100'000, '['), m_hash));
        QVERIFY(
            !verifiedAttestation(genuine.dump() + std::string(meaning::maxAttestationBytes, ' '), m_hash));
    }

private:
    AttestationFactory m_factory;
    Keccak256Digest m_hash = keccak256(asBytes("a descriptor"));
};

COUNTERSIGN_APPLESS_TEST(DescriptorAttestationTest)

#include "DescriptorAttestation_test.moc"
