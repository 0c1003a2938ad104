#include "core/crypto/envelopes/EnvelopeOpener.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace countersign;

class EnvelopeOpenerTest : public QObject
{
    Q_OBJECT

    std::vector<EnvelopeKey> m_keys;  ///< "a" and "b" have 2048 bits, "long" has 3072

    HybridEnvelope sealedFor(std::size_t index, std::optional<std::string> kid = {}) const
    {
        SealOptions options;
        options.kid = std::move(kid);
        return *sealEnvelope(m_keys.at(index).key.publicKey(), asBytes("share"), options);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_keys.push_back({"a", *RsaPrivateKey::generate(2048)});
        m_keys.push_back({"long", *RsaPrivateKey::generate(3072)});
        m_keys.push_back({"b", *RsaPrivateKey::generate(2048)});
    }

    void findsTheKey()
    {
        const EnvelopeOpener opener(m_keys);
        for (std::size_t i = 0; i < m_keys.size(); ++i) {
            for (const auto& kid : {std::optional<std::string>(), std::optional<std::string>(m_keys[i].kid),
                                    std::optional<std::string>("a"), std::optional<std::string>("unknown")}) {
                for (const std::string_view preferred : {"", "a", "b", "unknown"}) {
                    const auto opened = opener.open(sealedFor(i, kid), preferred);
                    QVERIFY(opened.has_value());
                    QCOMPARE(opened->kid, m_keys[i].kid);
                    QCOMPARE(opened->plaintext.text(), std::string_view("share"));
                }
            }
        }
    }

    void triesTheNamedKeyFirst()
    {
        const EnvelopeOpener opener(m_keys);
        HybridEnvelope envelope = sealedFor(0, "b");
        envelope.tag[0] ^= 1;
        const QString byKid = opener.open(envelope, "long").error().detail;
        QVERIFY2(byKid.startsWith(QStringLiteral("tried 3 keys (b: OAEP")), qPrintable(byKid));
        QVERIFY(byKid.contains(QStringLiteral("a: GCM")));
        envelope.kid.reset();
        const QString preferred = opener.open(envelope, "b").error().detail;
        QVERIFY(preferred.startsWith(QStringLiteral("tried 3 keys (b: OAEP")));
        const QString plain = opener.open(envelope).error().detail;
        QVERIFY(plain.startsWith(QStringLiteral("tried 3 keys (a: GCM")));
        QVERIFY(plain.contains(QStringLiteral("long: ek has 256 bytes, this key needs 384")));
    }

    void saysWhichKeyIsMissing()
    {
        const EnvelopeOpener opener({m_keys[0]});
        const auto failed = opener.open(sealedFor(2, "dynamic_rsa_1"));
        QCOMPARE(failed.error().code, ErrorCode::DecryptionFailed);
        QVERIFY(failed.error().detail.startsWith(
            QStringLiteral("no key with kid \"dynamic_rsa_1\"; tried 1 keys")));
        QVERIFY(!opener.hasKey("dynamic_rsa_1"));
        QVERIFY(opener.hasKey("a"));
        const auto empty = EnvelopeOpener({}).open(sealedFor(2));
        QCOMPARE(empty.error().detail, QStringLiteral("tried 0 keys"));
        // Outwardly all failures are one.
        QCOMPARE(empty.error().sentence, failed.error().sentence);
        QCOMPARE(empty.error().sentence, openEnvelope(sealedFor(0), m_keys[2].key).error().sentence);
    }

    void keepsControlCharactersOutOfTheReason()
    {
        const EnvelopeOpener opener({m_keys[0]});
        const QString detail = opener.open(sealedFor(2, "x\n\x1b[31m\r")).error().detail;
        QVERIFY(detail.startsWith(QStringLiteral("no key with kid \"x [31m\"")));
    }

    void servesManyThreads()
    {
        const EnvelopeOpener opener(m_keys);
        const HybridEnvelope envelope = sealedFor(2);
        std::atomic<int> opened = 0;
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 25; ++n) {
                    const auto result = opener.open(envelope);
                    opened += result && result->plaintext.text() == "share" ? 1 : 0;
                }
            });
        }
        threads.clear();
        QCOMPARE(opened.load(), 100);
    }
};

COUNTERSIGN_APPLESS_TEST(EnvelopeOpenerTest)
#include "EnvelopeOpener_test.moc"
