#include "services/sandbox/Faults.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;
using Phase = Faults::Phase;

class FaultsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void strikeAsOftenAsAsked()
    {
        Faults faults;
        QVERIFY(!faults.takeSigning() && !faults.takeEnclave(Phase::Signing));
        QVERIFY(faults.set(R"({"signMessage":"http-429","times":2})").has_value());
        QCOMPARE(
            dumpJson(faults.toJson()),
            std::string(R"({"signMessage":{"fault":"http-429","times":2},"enclave":null,"revoke":null})"));
        QVERIFY(faults.takeSigning() == SigningFault::Http429);
        QVERIFY(faults.takeSigning() == SigningFault::Http429);
        QVERIFY(!faults.takeSigning());
        QVERIFY(faults.set(R"({"signMessage":"drop"})").has_value());
        QVERIFY(faults.takeSigning() == SigningFault::Drop);
        QVERIFY(!faults.takeSigning());
    }

    void enclaveFaultsWaitForTheirPhase()
    {
        Faults faults;
        QVERIFY(faults.set(R"({"enclave":"wrong-signature"})").has_value());
        QVERIFY(!faults.takeEnclave(Phase::Handshake));
        QVERIFY(faults.takeEnclave(Phase::Signing) == EnclaveFault::WrongSignature);
        QVERIFY(faults.set(R"({"enclave":"short-ciphertext"})").has_value());
        QVERIFY(!faults.takeEnclave(Phase::Signing));
        QVERIFY(faults.takeEnclave(Phase::Handshake) == EnclaveFault::ShortCiphertext);
        for (const Phase phase : {Phase::Handshake, Phase::Signing}) {
            QVERIFY(faults.set(R"({"enclave":"silence"})").has_value());
            QVERIFY(faults.takeEnclave(phase) == EnclaveFault::Silence);
        }
    }

    void faultsOfTheBulkCallWaitForIt()
    {
        Faults faults;
        QVERIFY(faults.set(R"({"revoke":"leave-out"})").has_value());
        QVERIFY(!faults.takeRevocation(false));
        QVERIFY(faults.takeRevocation(true) == RevocationFault::LeaveOut);
        QVERIFY(!faults.takeRevocation(true));
        for (const bool bulk : {false, true}) {
            QVERIFY(faults.set(R"({"revoke":"lost-answer"})").has_value());
            QVERIFY(faults.takeRevocation(bulk) == RevocationFault::LostAnswer);
        }
    }

    void nullClearsAndAbsentStays()
    {
        Faults faults;
        QVERIFY(faults.set(R"({"signMessage":"drop","enclave":"error","times":5})").has_value());
        QVERIFY(faults.set(R"({"signMessage":null})").has_value());
        QVERIFY(!faults.takeSigning());
        QVERIFY(faults.takeEnclave(Phase::Signing) == EnclaveFault::Error);
    }

    void refusesWhatIsNoFault()
    {
        Faults faults;
        QVERIFY(faults.set(R"({"enclave":"error"})").has_value());
        for (const char* body :
             {"", "[]", R"({"other":1})", R"({"signMessage":"error"})", R"({"enclave":"http-500"})",
              R"({"signMessage":5})", R"({"signMessage":"drop","times":0})",
              R"({"signMessage":"drop","times":1001})", R"({"signMessage":"drop","times":"1"})",
              R"({"enclave":null,"signMessage":"x"})"}) {
            QVERIFY2(!faults.set(body).has_value(), body);
        }
        QVERIFY(faults.takeEnclave(Phase::Signing) == EnclaveFault::Error);
    }
};

COUNTERSIGN_APPLESS_TEST(FaultsTest)
#include "Faults_test.moc"
