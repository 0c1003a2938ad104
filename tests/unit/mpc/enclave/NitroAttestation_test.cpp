#include "core/mpc/enclave/NitroAttestation.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/crypto/x509/CertificateChain.h"
#include "core/mpc/enclave/CoseSign1.h"
#include "core/mpc/enclave/EnclaveTrust.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/NitroFixture.h"
#include "tests/unit/crypto/Vectors.h"

#include <QCborStreamWriter>
#include <QDir>
#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::test;
using namespace Qt::StringLiterals;

namespace {

constexpr UnixMillis nitroAttestationNow = 1'800'000'000'000;
constexpr UnixMillis minute = 60'000;

QString nitroFolder()
{
    const QString root = qEnvironmentVariable("COUNTERSIGN_VECTORS", sourcePath("../shared/vectors"));
    return root + u"/nitro/"_s;
}

Bytes readFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read %s", qPrintable(path));
    }
    const QByteArray all = file.readAll();
    return {all.begin(), all.end()};
}

/// One session's facts and a document that answers it.
struct Session
{
    NitroChain chain = NitroChain::make(nitroAttestationNow);
    Bytes ciphertext = Bytes(1088, 0x5a);
    Bytes nonce = Bytes(32, 0xfb);
    Bytes pcr8 = somePcrs().at(8);

    NitroFields fields() const
    {
        NitroFields good = goodFields(chain, nitroAttestationNow);
        const std::string challenge = toHex(sha256(ciphertext));
        good.userData = toBytes(asBytes(challenge));
        good.nonce = toBytes(asBytes(toBase64(nonce)));
        return good;
    }
    AttestationExpectation expectation() const { return {pcr8, ciphertext, nonce}; }
};

/// What both questions together answer: "" for yes, else the code.
QString verdict(const Session& session, BytesView document, UnixMillis at = nitroAttestationNow)
{
    const auto authentic = authenticateNitroDocument(document, session.chain.root().pem(), at);
    const Status status =
        authentic ? checkNitroDocument(*authentic, session.expectation(), at) : failure(authentic.error());
    if (status) {
        return {};
    }
    if (status.error().sentence.isEmpty() ||
        (status.error().code != ErrorCode::BadSignature && status.error().code != ErrorCode::InvalidInput)) {
        return u"an error without sentence or of another code"_s;
    }
    return status.error().detail.section(u':', 0, 0);
}

using Fields = std::function<void(NitroFields&, Session&)>;

}  // namespace

Q_DECLARE_METATYPE(Fields)

#define LOAD_NITRO(variable)                                                                      \
    if (!QDir(nitroFolder()).exists()) {                                                          \
        QSKIP("Nitro documents absent: set COUNTERSIGN_VECTORS to the folder that holds nitro/"); \
    }                                                                                             \
    const Json variable = *parseJson(asText(readFile(nitroFolder() + u"expected.json"_s)))

class NitroAttestationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// By the fingerprint that AWS publishes.
    void thePinnedRootIsAws()
    {
        QCOMPARE(toHex(sha256(*certificateFromPem(awsNitroRootPem()))),
                 std::string("641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b"));
        QCOMPARE(dynamicProductionTrust().pcr8.size(), std::size_t{48});
        QCOMPARE(dynamicPreProductionTrust().pcr8.size(), std::size_t{48});
        QVERIFY(dynamicProductionTrust().pcr8 != dynamicPreProductionTrust().pcr8);
    }

    void realDocumentsAreAuthenticInTheirTime()
    {
        LOAD_NITRO(expected);
        for (const Json& entry : expected["documents"]) {
            const std::string file = entry["file"].get<std::string>();
            const Bytes document = readFile(nitroFolder() + QString::fromStdString(file));
            for (const Json& time : entry["validAtTimes"]) {
                const auto read = authenticateNitroDocument(document, awsNitroRootPem(),
                                                            *fromIso8601(time.get<std::string>()));
                QVERIFY2(read, (file + time.get<std::string>()).c_str());
                QCOMPARE(read->moduleId, entry["moduleId"].get<std::string>());
                QCOMPARE(read->timestamp, entry["timestamp"].get<UnixMillis>());
                QCOMPARE(read->pcrs.size(), entry["pcrs"].size());
                for (const auto& [index, value] : read->pcrs) {
                    QCOMPARE(toHex(value), entry["pcrs"][std::to_string(index)].get<std::string>());
                }
                const auto hexOrNull = [](const std::optional<Bytes>& bytes) {
                    return bytes ? Json(toHex(*bytes)) : Json(nullptr);
                };
                QVERIFY(hexOrNull(read->publicKey) == entry["publicKeyHex"]);
                QVERIFY(hexOrNull(read->userData) == entry["userDataHex"]);
                QVERIFY(hexOrNull(read->nonce) == entry["nonceHex"]);
            }
            const Json& times = entry["invalidAtTimes"];
            const auto codeAt = [&](const Json& time) {
                const auto read = authenticateNitroDocument(document, awsNitroRootPem(),
                                                            *fromIso8601(time.get<std::string>()));
                return read ? QString() : read.error().detail.section(u':', 0, 0);
            };
            QCOMPARE(codeAt(times[0]), u"ATTESTATION_DOCUMENT_INTEGRITY"_s);  // too early
            QCOMPARE(codeAt(times[1]), u"ATTESTATION_DOCUMENT_EXPIRED"_s);
        }
    }

    void realDocumentsAreNotForThisSession()
    {
        LOAD_NITRO(expected);
        for (const Json& entry : expected["documents"]) {
            const QString file = QString::fromStdString(entry["file"].get<std::string>());
            const UnixMillis time = entry["timestamp"].get<UnixMillis>();
            const auto read =
                authenticateNitroDocument(readFile(nitroFolder() + file), awsNitroRootPem(), time);
            QVERIFY(read);
            // With its own PCR8 pinned: the release image fails by its challenge, debug mode by its zeros.
            const Bytes own = read->pcrs.at(8);
            const Status status = checkNitroDocument(*read, {own, Bytes(1088, 1), Bytes(32, 2)}, time);
            QVERIFY(!status);
            QCOMPARE(status.error().detail.section(u':', 0, 0), file.startsWith(u"debug"_s)
                                                                    ? u"ATTESTATION_PCR_MISMATCH"_s
                                                                    : u"ATTESTATION_CHALLENGE_MISMATCH"_s);
            const Status dynamics = checkNitroDocument(
                *read, {dynamicProductionTrust().pcr8, Bytes(1088, 1), Bytes(32, 2)}, time);
            QVERIFY(dynamics.error().detail.startsWith(u"ATTESTATION_PCR_MISMATCH"_s));
        }
    }

    /// Every bit of the heads and the protected header, two of each byte of the signature, many of the rest.
    void changedBitsAreRefused()
    {
        LOAD_NITRO(expected);
        const Bytes document = readFile(nitroFolder() + u"release-2022-10-13.cose"_s);
        const UnixMillis time = expected["documents"][0]["timestamp"].get<UnixMillis>();
        std::vector<std::size_t> bits;
        for (std::size_t bit = 0; bit < std::size_t{12} * 8; ++bit) {
            bits.push_back(bit);
        }
        for (std::size_t byte = document.size() - 98; byte < document.size(); ++byte) {
            bits.push_back(byte * 8 + byte % 8);
            bits.push_back(byte * 8 + (byte + 5) % 8);
        }
        std::mt19937 random(20221013);
        std::uniform_int_distribution<std::size_t> any(0, document.size() * 8 - 1);
        for (int i = 0; i < 300; ++i) {
            bits.push_back(any(random));
        }
        QVERIFY(bits.size() > 500);
        for (const std::size_t bit : bits) {
            Bytes mutant = document;
            mutant[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            QVERIFY2(!authenticateNitroDocument(mutant, awsNitroRootPem(), time),
                     qPrintable(u"bit %1"_s.arg(bit)));
        }
        for (std::size_t length = 0; length < document.size(); length += 13) {
            QVERIFY(!authenticateNitroDocument(BytesView(document).first(length), awsNitroRootPem(), time));
        }
    }

    void aGoodDocumentIsAccepted()
    {
        const Session session;
        QCOMPARE(verdict(session, makeDocument(session.fields(), session.chain)), QString());
        // What COSE and CBOR allow besides AWS's way of writing.
        NitroFields indefinite = session.fields();
        indefinite.indefinite = true;
        QCOMPARE(verdict(session, makeDocument(indefinite, session.chain)), QString());
        const Bytes payload = encodePayload(session.fields());
        QCOMPARE(verdict(session, signCose(payload, session.chain.enclave(), {.tagged = true})), QString());
        QCOMPARE(verdict(session, signCose(payload, session.chain.enclave(), {.indefinite = true})),
                 QString());
        NitroFields withKey = session.fields();
        withKey.publicKey = Bytes(1024, 1);
        QCOMPARE(verdict(session, makeDocument(withKey, session.chain)), QString());
        // Only PCR8 is pinned.
        NitroFields onlyPcr8 = session.fields();
        for (auto& [index, value] : onlyPcr8.pcrs) {
            value = index == 8 ? value : Bytes(48, 0);
        }
        QCOMPARE(verdict(session, makeDocument(onlyPcr8, session.chain)), QString());
        onlyPcr8.pcrs = {{8, onlyPcr8.pcrs.at(8)}};
        QCOMPARE(verdict(session, makeDocument(onlyPcr8, session.chain)), QString());
    }

    void wrongFieldsAreRefused_data()
    {
        QTest::addColumn<Fields>("change");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* code, Fields change) {
            QTest::newRow(name) << change << QString::fromLatin1(code);
        };
        const char* const decode = "ATTESTATION_DOCUMENT_DECODE";
        row("no module", decode, [](auto& f, auto&) { f.moduleId.clear(); });
        row("module too long", decode, [](auto& f, auto&) { f.moduleId.assign(256, 'm'); });
        row("other digest", decode, [](auto& f, auto&) { f.digest = "SHA256"; });
        row("time zero", decode, [](auto& f, auto&) { f.timestamp = 0; });
        row("time beyond all", decode, [](auto& f, auto&) { f.timestamp = -1; });  // 2^64 - 1
        row("no PCR", decode, [](auto& f, auto&) { f.pcrs.clear(); });
        row("PCR 32", decode, [](auto& f, auto&) { f.pcrs[32] = Bytes(48, 1); });
        row("33 PCRs", decode, [](auto& f, auto&) {
            for (std::uint64_t i = 0; i < 33; ++i) {
                f.pcrs[i] = Bytes(48, 1);
            }
        });
        row("PCR of 47 bytes", decode, [](auto& f, auto&) { f.pcrs[3].pop_back(); });
        row("PCR of 65 bytes", decode, [](auto& f, auto&) { f.pcrs[3] = Bytes(65, 1); });
        row("PCRs of two lengths", decode, [](auto& f, auto&) { f.pcrs[3] = Bytes(32, 1); });
        row("no certificate", decode, [](auto& f, auto&) { f.certificate.clear(); });
        row("certificate too long", decode, [](auto& f, auto&) { f.certificate.resize(1025); });
        row("no bundle", decode, [](auto& f, auto&) { f.bundle.clear(); });
        row("bundle too long", decode, [](auto& f, auto&) { f.bundle.resize(9, f.bundle[0]); });
        row("empty bundle member", decode, [](auto& f, auto&) { f.bundle[1].clear(); });
        row("public key empty", decode, [](auto& f, auto&) { f.publicKey = Bytes(); });
        row("public key too long", decode, [](auto& f, auto&) { f.publicKey = Bytes(1025, 1); });
        row("user data too long", decode, [](auto& f, auto&) { f.userData = Bytes(513, 'a'); });
        row("nonce too long", decode, [](auto& f, auto&) { f.nonce = Bytes(513, 'a'); });
        for (const char* key : {"module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle"}) {
            row(qPrintable(u"without %1"_s.arg(QString::fromLatin1(key))), decode,
                [key](auto& f, auto&) { f.leaveOut.insert(key); });
        }
        const auto appended = [](auto write) {
            return [write](auto& f, auto&) {
                f.appended = 1;
                f.append = write;
            };
        };
        row("unknown key", decode, appended([](QCborStreamWriter& w) {
                w.append(QLatin1String("extra"));
                w.append(1);
            }));
        row("nonce twice", decode, appended([](QCborStreamWriter& w) {
                w.append(QLatin1String("nonce"));
                w.append(QByteArray("x"));
            }));
        row("key is a number", decode, appended([](QCborStreamWriter& w) {
                w.append(7);
                w.append(7);
            }));
        row("user data twice, one left out", decode, [](auto& f, auto&) {
            f.leaveOut.insert("public_key");
            f.appended = 1;
            f.append = [](QCborStreamWriter& w) {
                w.append(QLatin1String("user_data"));
                w.appendNull();
            };
        });

        const char* const integrity = "ATTESTATION_DOCUMENT_INTEGRITY";
        row("certificate of another enclave", integrity,
            [](auto& f, auto&) { f.certificate = NitroChain::make(nitroAttestationNow).enclave().der(); });
        row("chain of another root", integrity,
            [](auto& f, auto&) { f.bundle = NitroChain::make(nitroAttestationNow).bundle(); });
        row("root left out", integrity, [](auto& f, auto&) { f.bundle.erase(f.bundle.begin()); });
        row("bundle in reverse", integrity, [](auto& f, auto&) { std::ranges::reverse(f.bundle); });

        const char* const pcr = "ATTESTATION_PCR_MISMATCH";
        row("other image signer", pcr, [](auto& f, auto&) { f.pcrs[8][47] ^= 1U; });
        row("no PCR8", pcr, [](auto& f, auto&) { f.pcrs.erase(8); });
        row("PCR8 cut", pcr, [](auto& f, auto&) {
            for (auto& entry : f.pcrs) {
                entry.second.resize(32);
            }
        });
        row("debug mode", pcr, [](auto& f, auto&) {
            for (const int i : {0, 1, 2, 8}) {
                f.pcrs[static_cast<std::uint64_t>(i)] = Bytes(48, 0);
            }
        });
        row("debug mode, zeros pinned", pcr, [](auto& f, auto& s) {
            f.pcrs[8] = Bytes(48, 0);
            s.pcr8 = Bytes(48, 0);
        });

        const char* const challenge = "ATTESTATION_CHALLENGE_MISMATCH";
        row("other ciphertext", challenge, [](auto&, auto& s) { s.ciphertext[0] ^= 1U; });
        row("user data null", challenge, [](auto& f, auto&) { f.userData.reset(); });
        row("user data absent", challenge, [](auto& f, auto&) { f.leaveOut.insert("user_data"); });
        row("user data empty", challenge, [](auto& f, auto&) { f.userData = Bytes(); });
        row("user data raw", challenge, [](auto& f, auto& s) {
            const auto digest = sha256(s.ciphertext);
            f.userData = Bytes(digest.begin(), digest.end());
        });
        row("user data in capitals", challenge, [](auto& f, auto&) {
            for (auto& byte : *f.userData) {
                byte = static_cast<std::uint8_t>(std::toupper(byte));
            }
        });
        row("user data and more", challenge, [](auto& f, auto&) { f.userData->push_back('0'); });

        row("nonce null", "ATTESTATION_NONCE_MISSING", [](auto& f, auto&) { f.nonce.reset(); });
        row("nonce absent", "ATTESTATION_NONCE_MISSING", [](auto& f, auto&) { f.leaveOut.insert("nonce"); });
        row("nonce empty", "ATTESTATION_NONCE_MISSING", [](auto& f, auto&) { f.nonce = Bytes(); });
        const char* const nonce = "ATTESTATION_NONCE_MISMATCH";
        row("other nonce", nonce, [](auto&, auto& s) { s.nonce[31] ^= 1U; });
        row("nonce raw", nonce, [](auto& f, auto& s) { f.nonce = s.nonce; });
        row("nonce longer", nonce, [](auto& f, auto& s) {
            Bytes longer = s.nonce;
            longer.push_back(0);
            f.nonce = toBytes(asBytes(toBase64(longer)));
        });
        row("nonce with a line end", nonce, [](auto& f, auto&) { f.nonce->push_back('\n'); });

        row("too old", "ATTESTATION_DOCUMENT_EXPIRED",
            [](auto& f, auto&) { f.timestamp = nitroAttestationNow - 5 * minute - 1; });
        row("from the future", "ATTESTATION_FAILED",
            [](auto& f, auto&) { f.timestamp = nitroAttestationNow + minute + 1; });
        row("from a far future", "ATTESTATION_FAILED", [](auto& f, auto&) { f.timestamp = INT64_MAX; });
    }

    void wrongFieldsAreRefused()
    {
        QFETCH(const Fields, change);
        QFETCH(const QString, code);
        Session session;
        NitroFields fields = session.fields();
        change(fields, session);
        QCOMPARE(verdict(session, makeDocument(fields, session.chain)), code);
    }

    void bothEndsOfTheAgeAreIncluded()
    {
        const Session session;
        NitroFields fields = session.fields();
        for (const UnixMillis at : {nitroAttestationNow - 5 * minute, nitroAttestationNow + minute}) {
            fields.timestamp = at;
            QCOMPARE(verdict(session, makeDocument(fields, session.chain)), QString());
        }
    }

    void wrongFramesAreRefused()
    {
        const Session session;
        const Bytes payload = encodePayload(session.fields());
        const TestCertificate& signer = session.chain.enclave();
        const QString decode = u"ATTESTATION_DOCUMENT_DECODE"_s;
        const auto withOptions = [&](const CoseOptions& options) {
            return verdict(session, signCose(payload, signer, options));
        };
        QCOMPARE(withOptions({.protectedHeader = *fromHex("a10126")}), decode);          // ES256
        QCOMPARE(withOptions({.protectedHeader = *fromHex("a0")}), decode);              // none
        QCOMPARE(withOptions({.protectedHeader = *fromHex("a2013822044161")}), decode);  // and a key id
        QCOMPARE(withOptions({.protectedHeader = *fromHex("a10138220000")}), decode);    // and more
        QCOMPARE(withOptions({.protectedHeader = *fromHex("a2013822013822")}), decode);
        QCOMPARE(withOptions({.unprotected = *fromHex("a1044161")}), decode);
        QCOMPARE(withOptions({.unprotected = *fromHex("f6")}), decode);

        const Bytes good = makeDocument(session.fields(), session.chain);
        Bytes changed = good;
        changed.push_back(0);
        QCOMPARE(verdict(session, changed), decode);
        changed = good;
        changed.insert(changed.begin(), 0xd1);  // tag 17
        QCOMPARE(verdict(session, changed), decode);
        changed = good;
        changed.insert(changed.begin(), {0xd2, 0xd2});  // tag 18 twice
        QCOMPARE(verdict(session, changed), decode);
        changed = good;
        changed.front() = 0x83;
        QCOMPARE(verdict(session, changed), decode);
        QCOMPARE(verdict(session, Bytes(attestationMaxBytes + 1, 0x84)), decode);
        QCOMPARE(verdict(session, Bytes()), decode);
        QCOMPARE(verdict(session, Bytes(100, 0x9f)), decode);

        Bytes trailing = payload;
        trailing.push_back(0xf6);
        QCOMPARE(verdict(session, signCose(trailing, signer)), decode);
        QCOMPARE(verdict(session, signCose(*fromHex("80"), signer)), decode);

        // The right document under a key that is not the certificate's.
        QCOMPARE(verdict(session, signCose(payload, NitroChain::make(nitroAttestationNow).enclave())),
                 u"ATTESTATION_DOCUMENT_INTEGRITY"_s);
        QCOMPARE(verdict(session, signCose(payload, session.chain.root())),
                 u"ATTESTATION_DOCUMENT_INTEGRITY"_s);
    }

    void anExpiredChainIsExpired()
    {
        Session session;
        session.chain = NitroChain::make(nitroAttestationNow, [](int level, CertificateOptions& options) {
            if (level == 4) {
                options.until = nitroAttestationNow - 1000;
            }
        });
        QCOMPARE(verdict(session, makeDocument(session.fields(), session.chain)),
                 u"ATTESTATION_DOCUMENT_EXPIRED"_s);
    }

    void aRootThatCannotBeReadIsNotTrusted()
    {
        const Session session;
        const Bytes document = makeDocument(session.fields(), session.chain);
        QVERIFY(authenticateNitroDocument(document, "", nitroAttestationNow)
                    .error()
                    .detail.startsWith(u"ATTESTATION_FAILED"_s));
        QVERIFY(authenticateNitroDocument(document, awsNitroRootPem(), nitroAttestationNow)
                    .error()
                    .detail.startsWith(u"ATTESTATION_DOCUMENT_INTEGRITY"_s));
    }
};

COUNTERSIGN_APPLESS_TEST(NitroAttestationTest)
#include "NitroAttestation_test.moc"
