#include "core/crypto/x509/CertificateChain.h"

#include "core/crypto/primitives/EcdsaP384.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/NitroFixture.h"
#include "tests/unit/crypto/PemLayouts.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr UnixMillis now = 1'800'000'000'000;

tl::expected<Bytes, ChainError> verified(const NitroChain& chain, UnixMillis at = now)
{
    return verifyP384Chain(chain.bundle(), chain.enclave().der(), chain.root().der(), at);
}

using Change = std::function<void(int, CertificateOptions&)>;

}  // namespace

Q_DECLARE_METATYPE(Change)

class CertificateChainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsWhatIsInOrder()
    {
        const NitroChain chain = NitroChain::make(now);
        const auto key = verified(chain);
        QVERIFY(key.has_value());
        QVERIFY(p384::verify(*key, asBytes("x"), chain.enclave().sign(asBytes("x"))));
        QCOMPARE(*certificateFromPem(chain.root().pem()), chain.root().der());
    }

    void refusesAnotherOrder()
    {
        const NitroChain chain = NitroChain::make(now);
        const NitroChain other = NitroChain::make(now);
        const Bytes leaf = chain.enclave().der();
        const auto fault = [&](const std::vector<Bytes>& bundle, BytesView end, BytesView root) {
            const auto answer = verifyP384Chain(bundle, end, root, now);
            return answer ? -1 : static_cast<int>(answer.error().fault);
        };
        const Bytes root = chain.root().der();
        QCOMPARE(fault(other.bundle(), other.enclave().der(), root), int(ChainFault::ForeignRoot));
        // Somebody else's root under the same name, and ours in front of a foreign chain.
        std::vector<Bytes> mixed = other.bundle();
        mixed.front() = root;
        QCOMPARE(fault(mixed, other.enclave().der(), root), int(ChainFault::Broken));
        QCOMPARE(fault(chain.bundle(), other.enclave().der(), root), int(ChainFault::Broken));
        std::vector<Bytes> swapped = chain.bundle();
        std::swap(swapped[1], swapped[2]);
        QCOMPARE(fault(swapped, leaf, root), int(ChainFault::Broken));
        std::vector<Bytes> gap = chain.bundle();
        gap.erase(gap.begin() + 2);
        QCOMPARE(fault(gap, leaf, root), int(ChainFault::Broken));
        std::vector<Bytes> twice = chain.bundle();
        twice.push_back(twice.back());
        QCOMPARE(fault(twice, leaf, root), int(ChainFault::Broken));
        std::vector<Bytes> stranger = chain.bundle();
        stranger.push_back(other.bundle()[1]);
        QCOMPARE(fault(stranger, leaf, root), int(ChainFault::Broken));
        QCOMPARE(fault({}, leaf, root), int(ChainFault::Malformed));
        QCOMPARE(fault(std::vector<Bytes>(17, root), leaf, root), int(ChainFault::Malformed));
        Bytes trailing = leaf;
        trailing.push_back(0);
        QCOMPARE(fault(chain.bundle(), trailing, root), int(ChainFault::Malformed));
        QCOMPARE(fault(chain.bundle(), BytesView(leaf).first(leaf.size() - 1), root),
                 int(ChainFault::Malformed));
        QCOMPARE(fault(chain.bundle(), {}, root), int(ChainFault::Malformed));
        std::vector<Bytes> garbage = chain.bundle();
        garbage[2] = Bytes(40, 0x30);
        QCOMPARE(fault(garbage, leaf, root), int(ChainFault::Malformed));
        // An authority in the enclave's place.
        std::vector<Bytes> shorter = chain.bundle();
        const Bytes last = shorter.back();
        shorter.pop_back();
        QCOMPARE(fault(shorter, last, root), int(ChainFault::Broken));
    }

    void refusesAChangedCertificate_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("fault");
        const auto row = [](const char* name, ChainFault fault, Change change) {
            QTest::newRow(name) << change << int(fault);
        };
        row("forged instance", ChainFault::Broken, [](int level, auto& o) { o.isForged = level == 3; });
        row("forged enclave", ChainFault::Broken, [](int level, auto& o) { o.isForged = level == 4; });
        row("enclave on P-256", ChainFault::Broken, [](int level, auto& o) {
            if (level == 4)
                o.group = "P-256";
        });
        row("zonal on P-521", ChainFault::Broken, [](int level, auto& o) {
            if (level == 2)
                o.group = "P-521";
        });
        row("enclave signed over SHA-1", ChainFault::Broken, [](int level, auto& o) {
            if (level == 4)
                o.digest = "SHA1";
        });
        row("zonal signed over SHA-256", ChainFault::Broken, [](int level, auto& o) {
            if (level == 2)
                o.digest = "SHA256";
        });
        row("instance no authority", ChainFault::Broken,
            [](int level, auto& o) { o.isAuthority = level < 3; });
        row("enclave an authority", ChainFault::Broken, [](int, auto& o) { o.isAuthority = true; });
        row("zonal without constraints", ChainFault::Broken,
            [](int level, auto& o) { o.hasBasicConstraints = level != 2; });
        row("path too long", ChainFault::Broken, [](int level, auto& o) {
            if (level == 1)
                o.pathLength = 1;
        });
        row("instance expired", ChainFault::Expired, [](int level, auto& o) {
            if (level == 3)
                o.until = now - 1000;
        });
        row("enclave expired", ChainFault::Expired, [](int level, auto& o) {
            if (level == 4)
                o.until = now - 1000;
        });
        row("root expired", ChainFault::Expired, [](int level, auto& o) {
            if (level == 0)
                o.until = now - 1000;
        });
        row("enclave not yet", ChainFault::NotYetValid, [](int level, auto& o) {
            if (level == 4)
                o.from = now + 1000;
        });
    }

    void refusesAChangedCertificate()
    {
        QFETCH(const Change, change);
        QFETCH(const int, fault);
        const auto key = verified(NitroChain::make(now, change));
        QVERIFY(!key.has_value());
        QCOMPARE(int(key.error().fault), fault);
        QVERIFY(!key.error().detail.isEmpty());
    }

    void windowsIncludeBothEnds()
    {
        const NitroChain chain = NitroChain::make(now, [](int level, CertificateOptions& options) {
            if (level == 4) {
                options.from = now;
                options.until = now + 60'000;
            }
        });
        QVERIFY(verified(chain, now).has_value());
        QVERIFY(verified(chain, now + 60'999).has_value());
        QCOMPARE(verified(chain, now - 1).error().fault, ChainFault::NotYetValid);
        QCOMPARE(verified(chain, now + 61'000).error().fault, ChainFault::Expired);
        QCOMPARE(verified(chain, -5).error().fault, ChainFault::NotYetValid);
    }

    void readsACertificateInAnyLayout()
    {
        const std::uint32_t seed = std::random_device{}();
        pem::Layouts layouts(seed);
        const NitroChain chain = NitroChain::make(now);
        for (int i = 0; i < 100; ++i) {
            const auto der = certificateFromPem(layouts.another(chain.root().pem()));
            QVERIFY2(der && *der == chain.root().der(), qPrintable(QString::number(seed)));
        }
    }

    void refusesAPemWithoutCertificate()
    {
        for (const char* pem :
             {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "MIIB"}) {
            QVERIFY(!certificateFromPem(pem).has_value());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(CertificateChainTest)
#include "CertificateChain_test.moc"
