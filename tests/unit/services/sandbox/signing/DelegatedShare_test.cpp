#include "services/sandbox/signing/DelegatedShare.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <cctype>

using namespace countersign;
using namespace countersign::sandbox;

class DelegatedShareTest : public QObject
{
    Q_OBJECT

private:
    static DelegatedShare example(Chain chain)
    {
        return {chain, "0b8f3a1e-5a0c-4a55-8a0e-2f6a2d9d8f11", "7d1f9f7a-3f55-4e8e-9b1b-6f2f4c0f2a22",
                SecretBytes::copyOf(Bytes(32, 0x5a))};
    }
    static std::string secretShareOf(const SecretBytes& json)
    {
        return *requiredString(*parseJson(json.text()), "secretShare");
    }

private Q_SLOTS:
    void hasTheShapeOfTheSdksKeyShare()
    {
        Bytes publicKey(64);
        for (std::size_t at = 0; at < publicKey.size(); ++at) {
            publicKey[at] = static_cast<std::uint8_t>(255 - at);
        }
        const Result<SecretBytes> plaintext = example(Chain::Evm).toJson(publicKey);
        QVERIFY(plaintext.has_value());
        QVERIFY(plaintext->size() < 3072);
        const Result<Json> json = parseJson(plaintext->text());
        QVERIFY(json.has_value());
        QCOMPARE(dumpJson(*json), std::string(plaintext->text()));
        QCOMPARE(json->size(), std::size_t(2));
        QCOMPARE((*json)["pubkey"].size(), std::size_t(64));
        QCOMPARE((*json)["pubkey"]["0"].get<int>(), 255);
        QCOMPARE((*json)["pubkey"]["63"].get<int>(), 192);
        const auto secretShare = (*json)["secretShare"].get<std::string>();
        QCOMPARE(secretShare.size(), std::size_t(416));
        QCOMPARE(secretShare.find_first_not_of("0123456789abcdef"), std::string::npos);
    }

    void comesBackWhole()
    {
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            const DelegatedShare share = example(chain);
            const Result<SecretBytes> plaintext = share.toJson(Bytes(32, 1));
            const auto read = DelegatedShare::fromSecretShare(secretShareOf(*plaintext));
            QVERIFY(read.has_value());
            QCOMPARE(read->chain, chain);
            QCOMPARE(read->walletId, share.walletId);
            QCOMPARE(read->shareSetId, share.shareSetId);
            QVERIFY(read->scalar.equals(share.scalar.view()));
        }
    }

    void refusesWhatItDidNotWrite()
    {
        const std::string good = secretShareOf(*example(Chain::Evm).toJson(Bytes(64)));
        std::string otherKind = good;
        otherKind[1] = otherKind[1] == '0' ? '1' : '0';
        std::string otherAlgorithm = good;
        otherAlgorithm[33] = '7';
        std::string notHex = good;
        notHex[200] = 'g';
        for (const std::string& text : {std::string(), good.substr(2), good + "00", "0x" + good.substr(2),
                                        otherKind, otherAlgorithm, notHex}) {
            QVERIFY2(!DelegatedShare::fromSecretShare(text).has_value(), text.c_str());
        }
    }

    /// The digest is of every member, whatever their order; what else was changed is refused or has another
    /// one.
    void anyChangeShows()
    {
        const Bytes publicKey(64, 7);
        const Result<SecretBytes> plaintext = example(Chain::Evm).toJson(publicKey);
        const Sha256Digest digest = DelegatedShare::digestOf(*plaintext, publicKey);
        const Json given = *parseJson(plaintext->text());
        QVERIFY(DelegatedShare::fromKeyShare(given)->digest == digest);
        QVERIFY(DelegatedShare::digestOf(*example(Chain::Evm).toJson(publicKey), publicKey) != digest);

        Json turned{{"secretShare", given["secretShare"]}, {"pubkey", Json::object()}};
        for (int at = 63; at >= 0; --at) {
            turned["pubkey"][std::to_string(at)] = given["pubkey"][std::to_string(at)];
        }
        QVERIFY(DelegatedShare::fromKeyShare(turned)->digest == digest);

        const auto same = [&digest](const Json& changed) {
            const auto read = DelegatedShare::fromKeyShare(changed);
            return read && read->digest == digest;
        };
        for (std::size_t at = 0; at < 416; ++at) {
            Json changed = given;
            auto secret = given["secretShare"].get<std::string>();
            secret[at] = secret[at] == '0' ? '1' : '0';
            changed["secretShare"] = secret;
            QVERIFY2(!same(changed), std::to_string(at).c_str());
            if (std::isalpha(static_cast<unsigned char>(given["secretShare"].get<std::string>()[at])) != 0) {
                secret = given["secretShare"].get<std::string>();
                secret[at] = static_cast<char>(std::toupper(secret[at]));
                changed["secretShare"] = secret;
                QVERIFY2(!same(changed), std::to_string(at).c_str());
            }
        }
        for (int at = 0; at < 64; ++at) {
            const std::string index = std::to_string(at);
            for (const Json& value : {Json(8), Json(-7), Json(7.5), Json(263), Json("7"), Json(nullptr)}) {
                Json changed = given;
                changed["pubkey"][index] = value;
                QVERIFY(!same(changed));
            }
            Json shorter = given;
            shorter["pubkey"].erase(index);
            QVERIFY(!same(shorter));
        }
        Json more = given;
        more["pubkey"]["64"] = 7;
        QVERIFY(!same(more));
        more = given;
        more["more"] = true;
        QVERIFY(!same(more));
        for (const char* member : {"pubkey", "secretShare"}) {
            Json less = given;
            less.erase(member);
            QVERIFY(!same(less));
        }
        QVERIFY(!same(Json::array({given})) && !same(Json()));
    }

    void refusesMalformedIds()
    {
        DelegatedShare share = example(Chain::Evm);
        share.walletId = "0b8f3a1e-5a0c-4a55-8a0e-2f6a2d9d8f1";
        QVERIFY(!share.toJson(Bytes(64)).has_value());
        share = example(Chain::Evm);
        share.shareSetId = "0b8f3a1e55a0c-4a55-8a0e-2f6a2d9d8f11";
        QVERIFY(!share.toJson(Bytes(64)).has_value());
        share = example(Chain::Evm);
        share.scalar = SecretBytes::random(31);
        QVERIFY(!share.toJson(Bytes(64)).has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(DelegatedShareTest)
#include "DelegatedShare_test.moc"
