#include "core/base/encoding/Json.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/document/PolicyDocumentCases.h"
#include "tests/unit/policy/document/SchemaCheck.h"

#include <QFile>
#include <QTest>

using namespace countersign;

namespace {

Json schema()
{
    QFile file(sourcePath("docs/policy.schema.json"));
    return file.open(QIODevice::ReadOnly) ? parseJson(file.readAll().toStdString()).value_or(Json()) : Json();
}

}  // namespace

// docs/policy.schema.json says what the parser says, as far as a schema can.
class PolicySchemaTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesWhatTheParserTakes()
    {
        const Json root = schema();
        QVERIFY(root.is_object());
        for (const PolicyCase& good : goodPolicies()) {
            const std::string fault = schemaFault(root, root, *parseJson(good.text));
            QVERIFY2(fault.empty(), (std::string(good.name) + " at " + fault).c_str());
        }
    }

    void refusesWhatTheParserRefuses()
    {
        const Json root = schema();
        for (const PolicyCase& bad : badPolicies()) {
            const std::string fault = schemaFault(root, root, *parseJson(bad.text));
            QVERIFY2(fault.empty() != bad.isSeenBySchema, (std::string(bad.name) + " at " + fault).c_str());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(PolicySchemaTest)
#include "PolicySchema_test.moc"
