#include "core/meaning/descriptors/files/DescriptorProvenance.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"
#include "tests/unit/meaning/descriptors/files/AttestationFactory.h"

#include <QTest>

using namespace countersign;
using meaning::DescriptorFiles;

namespace {

constexpr auto function = "f(uint256 a)";
constexpr auto field = "{'path':'a','label':'A','format':'raw'}";

std::string fileOf(const std::string& descriptor, const char* attester = "0x01")
{
    return descriptor + ".eip155-1-" + attester + ".json";
}

Keccak256Digest hashOf(const std::string& text)
{
    return *meaning::descriptorHash(Json::parse(text));
}

}  // namespace

class DescriptorProvenanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheAttester()
    {
        const std::string text = DescriptorFolder::descriptor(function, json(field));
        DescriptorFolder folder;
        folder.write(QStringLiteral("registry/x/calldata-1.2.json"), text);
        folder.write(QString::fromStdString("registry/x/sigs/" + fileOf("calldata-1.2")),
                     m_factory.attestation(hashOf(text)));
        const auto meaning = folder.explain(DescriptorFolder::call(function, DescriptorFolder::word(5)));
        QVERIFY(meaning.has_value());
        const auto finding =
            std::ranges::find(meaning->findings, "descriptor.attested", &meaning::Finding::id);
        QVERIFY(finding != meaning->findings.end());
        QCOMPARE(finding->severity, meaning::Severity::Info);
        QCOMPARE(finding->addresses, std::vector<std::string>{toText(m_factory.attester())});
        QVERIFY(finding->detail.find("2026-07-29") != std::string::npos);
        QVERIFY(finding->detail.find("registry/x/calldata-1.2.json") != std::string::npos);
        QVERIFY(!DescriptorFolder::hasFinding(*meaning, "descriptor.attestation"));
    }

    /// Nothing that it says changes because somebody attests to it.
    void changesNothingElse()
    {
        const std::string text = DescriptorFolder::descriptor(function, json(field));
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), text);
        const Bytes data = DescriptorFolder::call(function, DescriptorFolder::word(5));
        auto without = folder.explain(data);
        folder.write(QString::fromStdString("sigs/" + fileOf("a")), m_factory.attestation(hashOf(text)));
        auto with = folder.explain(data);
        QVERIFY(with.has_value() && without.has_value());
        QVERIFY(with->findings.size() == without->findings.size() + 1);
        with->findings.clear();
        without->findings.clear();
        QVERIFY(*with == *without);
    }

    void warnsOfAChangedDescriptor()
    {
        const std::string text = DescriptorFolder::descriptor(function, json(field));
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), text);
        folder.write(QString::fromStdString("sigs/" + fileOf("a")), m_factory.attestation(hashOf("{}")));
        folder.write(QString::fromStdString("sigs/" + fileOf("a", "0x02")), "{");
        const auto meaning = folder.explain(DescriptorFolder::call(function, DescriptorFolder::word(5)));
        QVERIFY(meaning.has_value());
        QVERIFY(!DescriptorFolder::hasFinding(*meaning, "descriptor.attested"));
        const auto finding =
            std::ranges::find(meaning->findings, "descriptor.attestation", &meaning::Finding::id);
        QVERIFY(finding != meaning->findings.end());
        QCOMPARE(finding->severity, meaning::Severity::Warning);
        QVERIFY(finding->detail.find(" 2 attestations") != std::string::npos);
    }

    /// The registry attests to a file as it lies there, ERC-8176 to what comes of its includes.
    void tellsWhetherIncludesAreCovered()
    {
        DescriptorFolder folder;
        const std::string base = json("{'display':{'formats':{}}}");
        const std::string own = json("{'includes':'base.json','metadata':{'owner':'O'}}");
        const std::string merged = json("{'display':{'formats':{}},'metadata':{'owner':'O'}}");
        folder.write(QStringLiteral("base.json"), base);
        folder.write(QStringLiteral("own.json"), own);
        folder.write(QString::fromStdString("sigs/" + fileOf("own")), m_factory.attestation(hashOf(own)));
        folder.write(QString::fromStdString("sigs/" + fileOf("own", "0x02")),
                     m_factory.attestation(hashOf(merged)));
        const auto files = DescriptorFiles::read(folder.path());
        QVERIFY(files.has_value());
        QCOMPARE(files->files().size(), std::size_t{2});
        const auto document = files->document(1);
        QVERIFY(document.has_value());
        QCOMPARE(document->falseAttestations, std::size_t{0});
        QCOMPARE(document->attestations.size(), std::size_t{2});
        QCOMPARE(
            std::ranges::count(document->attestations, true, &meaning::DescriptorAttestation::coversIncludes),
            1);
        const auto findings = meaning::provenanceOf(*document);
        QCOMPARE(std::ranges::count_if(findings,
                                       [](const meaning::Finding& finding) {
                                           return finding.detail.find("but not what it includes") !=
                                                  std::string::npos;
                                       }),
                 1);
    }

    /// A folder that somebody filled with attestations costs no more than eight checks a descriptor.
    void boundsThem()
    {
        const std::string text = DescriptorFolder::descriptor(function, json(field));
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), text);
        for (int i = 0; i < 20; ++i) {
            const std::string name = "sigs/" + fileOf("a", std::to_string(i).c_str());
            folder.write(QString::fromStdString(name), m_factory.attestation(hashOf(text)));
        }
        const auto files = DescriptorFiles::read(folder.path());
        QVERIFY(files.has_value());
        QCOMPARE(files->passedOver(), std::size_t{12});
        QCOMPARE(files->document(0)->attestations.size(), std::size_t{8});
    }

private:
    AttestationFactory m_factory;
};

COUNTERSIGN_APPLESS_TEST(DescriptorProvenanceTest)

#include "DescriptorProvenance_test.moc"
