#include "core/crypto/envelopes/HybridEnvelope.h"

#include "core/base/encoding/Base64.h"
#include "core/crypto/primitives/AesGcm.h"
#include "core/crypto/primitives/RsaOaep.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>

using namespace countersign;

namespace {

constexpr std::string_view envelopePlaintext = R"({"pubkey":{},"secretShare":"00ff"})";

SecretBytes countingKey()
{
    SecretBytes key(32);
    for (std::size_t i = 0; i < key.size(); ++i) {
        key.data()[i] = static_cast<std::uint8_t>(i);
    }
    return key;
}

Json withMember(Json json, const char* member, Json value)
{
    json[member] = std::move(value);
    return json;
}

}  // namespace

class HybridEnvelopeTest : public QObject
{
    Q_OBJECT

    std::optional<RsaPrivateKey> m_key;
    std::optional<RsaPrivateKey> m_other;
    std::optional<RsaPrivateKey> m_longer;

    HybridEnvelope sealed(const SealOptions& options = {}) const
    {
        return *sealEnvelope(m_key->publicKey(), asBytes(envelopePlaintext), options);
    }

    /// Fails, outwardly like every other failure; gives the inward reason.
    QString reasonOf(const HybridEnvelope& envelope, const RsaPrivateKey& key) const
    {
        const auto result = openEnvelope(envelope, key);
        if (result || result.error().code != ErrorCode::DecryptionFailed ||
            result.error().sentence != QStringLiteral("The envelope cannot be opened.")) {
            return QStringLiteral("not the outward error");
        }
        return result.error().detail;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_key = *RsaPrivateKey::generate(2048);
        m_other = *RsaPrivateKey::generate(2048);
        m_longer = *RsaPrivateKey::generate(3072);
    }

    void opensTheCheckValueOfTheReference()
    {
        HybridEnvelope envelope;
        envelope.alg = "HYBRID-RSA-AES-256";
        envelope.iv = *fromBase64Url("oKGio6SlpqeoqaqrrK2urw");
        envelope.ct = *fromBase64Url("UYFTyXqmqA_hpGTMwTb-9eE3Jg0tXDDemDBQlCkFQOEu7A");
        envelope.tag = *fromBase64Url("qhrTsVsIngsOpk1WvpzFZA");
        envelope.ek = *rsaOaepEncrypt(m_key->publicKey(), countingKey().view());
        const auto opened = openEnvelope(envelope, *m_key);
        QVERIFY(opened.has_value());
        QCOMPARE(opened->text(), envelopePlaintext);
    }

    void writesDynamicsForm()
    {
        SealOptions options;
        options.kid = "dynamic_rsa_12345678";
        const Json json = toJson(sealed(options));
        std::string members;
        for (const auto& item : json.items()) {
            members += item.key() + " ";
        }
        QCOMPARE(members, std::string("alg iv ct tag ek kid "));
        QCOMPARE(json["alg"].get<std::string>(), std::string("HYBRID-RSA-AES-256"));
        QCOMPARE(json["iv"].get<std::string>().size(), std::size_t(22));
        QCOMPARE(json["tag"].get<std::string>().size(), std::size_t(22));
        QCOMPARE(json["ek"].get<std::string>().size(), std::size_t(342));
        QVERIFY(!toJson(sealed()).contains("kid"));
        QCOMPARE(toJson(*sealEnvelope(m_longer->publicKey(), {}))["ek"].get<std::string>().size(),
                 std::size_t(512));
    }

    void opensWhatItSealed_data()
    {
        QTest::addColumn<int>("ivLength");
        QTest::addColumn<QByteArray>("text");
        for (const int ivLength : {12, 16}) {
            QTest::addRow("empty, iv %d", ivLength) << ivLength << QByteArray();
            QTest::addRow("unicode, iv %d", ivLength)
                << ivLength << QByteArray("\xf0\x9f\x94\x91 \xc3\xa9\0x", 9);
            QTest::addRow("today's longest, iv %d", ivLength) << ivLength << QByteArray(3072, 'x');
            QTest::addRow("what a body holds, iv %d", ivLength) << ivLength << QByteArray(190'000, 'x');
        }
    }

    void opensWhatItSealed()
    {
        QFETCH(int, ivLength);
        QFETCH(QByteArray, text);
        SealOptions options;
        options.ivLength = static_cast<std::size_t>(ivLength);
        const auto envelope = sealEnvelope(m_key->publicKey(), asBytes(text.toStdString()), options);
        QVERIFY(envelope.has_value());
        const auto parsed = parseEnvelope(*parseJson(dumpJson(toJson(*envelope))));
        QVERIFY(parsed.has_value());
        const auto opened = openEnvelope(*parsed, *m_key);
        QVERIFY(opened.has_value());
        QVERIFY(opened->equals(asBytes(text.toStdString())));
    }

    void neverRepeatsItself()
    {
        const HybridEnvelope a = sealed();
        const HybridEnvelope b = sealed();
        QVERIFY(a.iv != b.iv && a.ct != b.ct && a.ek != b.ek && a.tag != b.tag);
    }

    void refusesToSealWhatItWouldNotOpen()
    {
        const RsaPublicKey key = m_key->publicKey();
        QVERIFY(!sealEnvelope(key, Bytes(envelopeMaxPlaintextBytes + 1, 0)));
        const Json tooLong(std::string(envelopeMaxFieldCharacters + 4, 'A'));
        QVERIFY(!parseEnvelope(withMember(toJson(sealed()), "ct", tooLong)));
        QVERIFY(!sealEnvelope(key, {}, {.ivLength = 13}));
        QVERIFY(!sealEnvelope(key, {}, {.kid = std::string(257, 'k')}));
        QVERIFY(!sealEnvelope(key, {}, {.alg = "RSA-OAEP-256"}));
    }

    void acceptsEveryEncoding()
    {
        const HybridEnvelope envelope = sealed();
        for (const bool url : {false, true}) {
            for (const bool padded : {false, true}) {
                Json json = toJson(envelope);
                for (const auto& [member, bytes] : {std::pair{"iv", envelope.iv},
                                                    {"ct", envelope.ct},
                                                    {"tag", envelope.tag},
                                                    {"ek", envelope.ek}}) {
                    std::string text = toBase64(bytes);
                    if (url) {
                        std::ranges::replace(text, '+', '-');
                        std::ranges::replace(text, '/', '_');
                    }
                    while (!padded && text.ends_with('=')) {
                        text.pop_back();
                    }
                    json[member] = text;
                }
                const auto parsed = parseEnvelope(json);
                QVERIFY(parsed.has_value());
                QCOMPARE(parsed->ek, envelope.ek);
                QCOMPARE(parsed->ct, envelope.ct);
            }
        }
    }

    void treatsNullAsAbsentAndIgnoresUnknown()
    {
        const Json json = withMember(withMember(toJson(sealed()), "kid", nullptr), "future", {{"a", 1}});
        const auto parsed = parseEnvelope(json);
        QVERIFY(parsed.has_value());
        QVERIFY(!parsed->kid);
        QVERIFY(parseEnvelope(withMember(json, "alg", "RSA-OAEP")).has_value());
        QCOMPARE(parseEnvelope(withMember(json, "kid", "k1"))->kid, std::optional<std::string>("k1"));
    }

    void refusesMalformedFields_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("json");
        const auto row = [](const char* name, const char* member, const std::string& value) {
            QTest::newRow(name) << QString::fromLatin1(member) << QString::fromStdString(value);
        };
        const auto chars = [](std::size_t n) { return '"' + std::string(n, 'A') + '"'; };
        for (const char* member : {"alg", "iv", "ct", "tag", "ek"}) {
            row((std::string(member) + " null").c_str(), member, "null");
            row((std::string(member) + " number").c_str(), member, "1");
            row((std::string(member) + " object").c_str(), member, "{}");
            row((std::string(member) + " list").c_str(), member, "[\"AAAA\"]");
        }
        row("alg empty", "alg", R"("")");
        row("alg of the key list", "alg", R"("RSA-OAEP-256")");
        row("alg lower case", "alg", R"("hybrid-rsa-aes-256")");
        row("alg with space", "alg", R"("RSA-OAEP ")");
        row("iv empty", "iv", R"("")");
        row("iv of 11 bytes", "iv", R"("AAAAAAAAAAAAAAA")");
        row("iv of 13 bytes", "iv", R"("AAAAAAAAAAAAAAAAAA")");
        row("iv of 15 bytes", "iv", chars(20));
        row("iv of 24 bytes", "iv", chars(32));
        row("tag of 12 bytes", "tag", chars(16));
        row("tag of 15 bytes", "tag", chars(20));
        row("tag of 18 bytes", "tag", chars(24));
        row("tag empty", "tag", R"("")");
        row("ct with white space", "ct", R"("AAAA AAAA")");
        row("ct with a newline", "ct", R"("AAAA\n")");
        row("ct with both alphabets", "ct", R"("+-__")");
        row("ct with stray bits", "ct", R"("AB")");
        row("ct with half the padding", "ct", R"("AA=")");
        row("ct with garbage", "ct", R"("!!!!")");
        row("ek empty", "ek", R"("")");
        row("ek too long", "ek", chars(4100));
        row("kid number", "kid", "7");
        row("kid list", "kid", R"(["k"])");
        row("kid too long", "kid", '"' + std::string(257, 'k') + '"');
    }

    void refusesMalformedFields()
    {
        QFETCH(QString, member);
        QFETCH(QString, json);
        const Json good = toJson(sealed());
        QVERIFY(parseEnvelope(good).has_value());
        const Json value = parseJson("[" + json.toStdString() + "]")->at(0);
        const auto result = parseEnvelope(withMember(good, member.toLatin1().constData(), value));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidInput);
        QVERIFY(result.error().detail.contains(member));
    }

    void refusesMissingFieldsAndOtherTypes()
    {
        for (const char* member : {"alg", "iv", "ct", "tag", "ek"}) {
            Json json = toJson(sealed());
            json.erase(member);
            QVERIFY(!parseEnvelope(json));
        }
        for (const char* text : {"null", "[]", "\"x\"", "1", "{}", "true"}) {
            QVERIFY(!parseEnvelope(parseJson(std::string("[") + text + "]")->at(0)).has_value());
        }
    }

    void everyFailureLooksTheSame()
    {
        const HybridEnvelope good = sealed();
        QVERIFY(reasonOf(good, *m_other).startsWith(QStringLiteral("OAEP")));
        QCOMPARE(reasonOf(good, *m_longer), QStringLiteral("ek has 256 bytes, this key needs 384"));
        for (Bytes HybridEnvelope::*field :
             {&HybridEnvelope::iv, &HybridEnvelope::ct, &HybridEnvelope::tag}) {
            for (std::size_t i = 0; i < (good.*field).size(); ++i) {
                HybridEnvelope changed = good;
                (changed.*field)[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
                QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("GCM")));
            }
        }
        HybridEnvelope changed = good;
        changed.ek.back() ^= 1;
        QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("OAEP")));
        changed = good;
        changed.ek = Bytes(256, 0xff);  // above the modulus
        QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("OAEP")));
        changed.ek = Bytes(256, 0);
        QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("OAEP")));
        changed = good;
        changed.ct.pop_back();
        QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("GCM")));
        changed = good;
        std::swap(changed.iv, changed.tag);
        QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("GCM")));
        changed = good;
        changed.tag.resize(12);
        QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("GCM")));
        changed = good;
        changed.iv.resize(12);  // must not be taken for the first bytes of a 12-byte IV
        QVERIFY(reasonOf(changed, *m_key).startsWith(QStringLiteral("GCM")));
    }

    void refusesOtherContentKeys()
    {
        for (const std::size_t size : {0, 16, 24, 31, 33, 64}) {
            HybridEnvelope envelope = sealed();
            envelope.ek = *rsaOaepEncrypt(m_key->publicKey(), SecretBytes::random(size).view());
            QVERIFY(reasonOf(envelope, *m_key).startsWith(QStringLiteral("the content key has")));
        }
    }
};

COUNTERSIGN_APPLESS_TEST(HybridEnvelopeTest)
#include "HybridEnvelope_test.moc"
