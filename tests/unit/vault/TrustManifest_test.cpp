#include "core/vault/TrustManifest.h"

#include "core/crypto/envelopes/Sealing.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

TrustManifest example()
{
    TrustManifest manifest;
    manifest.entry = 42;
    manifest.entryHash = std::string(64, 'a');
    manifest.tables["setting"] = {{"api.base", "https://a.example"}, {"zürich", "\"\\\n"}};
    manifest.tables["submitter"] = {{"shop", "00ff"}};
    return manifest;
}

}  // namespace

class TrustManifestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void survivesItsEncoding()
    {
        QVERIFY(*TrustManifest::decode(example().encode()) == example());
        QVERIFY(*TrustManifest::decode(TrustManifest().encode()) == TrustManifest());
        // As the version before wrote it.
        QVERIFY(TrustManifest::decode(R"({"entry":7,"tables":{"setting":{"a":"b"}}})")->entryHash.empty());
        QCOMPARE(example().value("setting", "api.base"), std::optional<std::string>("https://a.example"));
        QVERIFY(!example().value("setting", "shop"));
        QVERIFY(!example().value("nothing", "shop"));
    }

    void refusesOtherForms()
    {
        for (const char* text :
             {"", "[]", "{}", R"({"entry":1})", R"({"entry":-1,"tables":{}})", R"({"entry":"1","tables":{}})",
              R"({"entry":1.5,"tables":{}})", R"({"entry":1,"tables":[]})", R"({"entry":1,"tables":{"a":1}})",
              R"({"entry":1,"tables":{"a":{"b":1}}})", R"({"entry":1,"tables":{},"more":1})",
              R"({"entry":1,"hash":"aa","tables":{}})", R"({"entry":1,"hash":1,"tables":{}})",
              R"({"entry":18446744073709551615,"tables":{}})", R"({"entry":1,"tables":{"a":{},"a":{}}})"}) {
            QVERIFY2(!TrustManifest::decode(text), text);
        }
    }

    void isThereFromTheFirstMoment()
    {
        TestProfile profile;
        QVERIFY(profile.vault->info().settingsSealed);
        const auto manifest = TrustManifest::read(*profile.database, *profile.vault);
        QVERIFY(*manifest == TrustManifest::ofNewProfile());
        QVERIFY(manifest->knowsSecrets() && !TrustManifest().knowsSecrets());
    }

    void opensInItsProfileOnly()
    {
        TestProfile profile;
        TestProfile other;
        QVERIFY(example().write(*profile.database, *profile.vault).has_value());
        QVERIFY(*TrustManifest::read(*profile.database, *profile.vault) == example());
        profile.database->handle().exec("ATTACH DATABASE '" + other.paths.database().string() + "' AS other");
        profile.database->handle().exec("UPDATE other.trust SET sealed = (SELECT sealed FROM main.trust)");
        profile.database->handle().exec("DETACH DATABASE other");
        QCOMPARE(TrustManifest::read(*other.database, *other.vault).error().code, ErrorCode::BadSignature);
    }

    void isMissedAndNotBelievedWhenChanged()
    {
        TestProfile profile;
        QVERIFY(example().write(*profile.database, *profile.vault).has_value());
        for (const char* edit :
             {"UPDATE trust SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB)",
              "UPDATE trust SET sealed = x''", "UPDATE trust SET sealed = zeroblob(5000000)",
              "DELETE FROM trust"}) {
            profile.database->handle().exec(edit);
            QCOMPARE(TrustManifest::read(*profile.database, *profile.vault).error().code,
                     ErrorCode::BadSignature);
        }
        QVERIFY(example().write(*profile.database, *profile.vault).has_value());
        profile.vault->lock();
        QCOMPARE(TrustManifest::read(*profile.database, *profile.vault).error().code, ErrorCode::Locked);
        QCOMPARE(example().write(*profile.database, *profile.vault).error().code, ErrorCode::Locked);
    }

    void writesNothingThatItCouldNotRead()
    {
        TestProfile profile;
        TrustManifest manifest;
        for (int i = 0; i < 5001; ++i) {
            manifest.tables["setting"].emplace(std::to_string(i), "x");
        }
        QCOMPARE(manifest.write(*profile.database, *profile.vault).error().code, ErrorCode::InvalidInput);
        manifest.tables["setting"].erase("0");
        QVERIFY(manifest.write(*profile.database, *profile.vault).has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(TrustManifestTest)
#include "TrustManifest_test.moc"
