#pragma once

#include "core/base/encoding/Json.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/fakes/RawHttp.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace countersign::relay::testing {

/// What was asked of the relay and answered, and docs/relay.openapi.json beside it.
class ContractRecord
{
public:
    struct Operation
    {
        std::string method;
        std::string path;  ///< the document's; empty for what no operation takes
    };

    /// "GET /healthz": all that the document has.
    std::set<std::string> operations() const
    {
        std::set<std::string> found;
        for (const auto& [path, item] : m_document.at("paths").items()) {
            for (const auto& [member, operation] : item.items()) {
                if (member != "parameters") {
                    found.insert(QByteArray::fromStdString(member).toUpper().toStdString() + " " + path);
                }
            }
        }
        return found;
    }

    void begin(Operation operation)
    {
        m_operation = std::move(operation);
        m_exchanges = Json::array();
    }
    const Operation& operation() const { return m_operation; }

    void add(const std::string& target, const std::string& request,
             const countersign::testing::RawResponse& response)
    {
        m_exchanges.push_back({{"method", m_operation.method},
                               {"path", m_operation.path},
                               {"target", target},
                               {"request", request},
                               {"status", response.status},
                               {"headers", response.headers},
                               {"body", response.body}});
        m_all.push_back(m_exchanges.back());
    }

    /// Of the operation that was begun: what came and is not documented, or is documented and did not come.
    /// Empty when all is well.
    std::string differences() const
    {
        const Json documented = documentedResponses();
        std::string said;
        std::set<std::string> seen = neverProvoked();
        for (const Json& one : m_exchanges) {
            const std::string status = std::to_string(one.at("status").get<int>());
            seen.insert(status);
            const auto response = documented.find(status);
            if (response == documented.end()) {
                said += "not in the document: " + status + "\n";
                continue;
            }
            const auto type = one.at("headers").at("content-type").get<std::string>();
            if (!resolved(*response).at("content").contains(type)) {
                said += status + ", not in the document: " + type + "\n";
            }
        }
        for (const auto& [status, response] : documented.items()) {
            if (!seen.contains(status)) {
                said += "in the document, and never seen: " + status + "\n";
            }
        }
        return said;
    }

    bool isEmpty() const { return m_all.empty(); }

    /// What ajv says to all heads and bodies; nothing when it is not installed. Empty when all is well.
    std::optional<std::string> judgement() const
    {
        const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
        const QString folder = countersign::sourcePath("tests/oracles");
        if (node.isEmpty() || !QFileInfo::exists(folder + QStringLiteral("/node_modules/ajv"))) {
            return std::nullopt;
        }
        QProcess process;
        process.start(node, {folder + QStringLiteral("/openapi.mjs"), documentPath()});
        process.write(QByteArray::fromStdString(dumpJson(m_all)));
        process.closeWriteChannel();
        const bool ended = process.waitForFinished(longPatienceMs);
        if (ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0) {
            return std::string();
        }
        return "node: " + (process.readAllStandardOutput() + process.readAllStandardError()).toStdString();
    }

private:
    /// Documented, and not to be had without a fault in the relay.
    static std::set<std::string> neverProvoked() { return {"500"}; }

    static QString documentPath() { return countersign::sourcePath("docs/relay.openapi.json"); }

    static Json readDocument()
    {
        QFile file(documentPath());
        if (!file.open(QIODevice::ReadOnly)) {
            qFatal("docs/relay.openapi.json cannot be read.");
        }
        return parseJson(file.readAll().toStdString(), {.maxBytes = 1U << 20U, .maxDepth = 32}).value();
    }

    /// The object behind a reference, or the object itself.
    const Json& resolved(const Json& object) const
    {
        const auto reference = object.find("$ref");
        return reference == object.end()
                   ? object
                   : m_document.at(Json::json_pointer(reference->get<std::string>().substr(1)));
    }

    Json documentedResponses() const
    {
        if (m_operation.path.empty()) {
            return m_document.at("x-other-requests").at("responses");
        }
        const std::string member = QByteArray::fromStdString(m_operation.method).toLower().toStdString();
        const Json::json_pointer place =
            Json::json_pointer() / "paths" / m_operation.path / member / "responses";
        return m_document.contains(place) ? m_document.at(place) : Json::object();
    }

    const Json m_document = readDocument();
    Operation m_operation;
    Json m_exchanges = Json::array();  ///< of the operation that was begun
    Json m_all = Json::array();        ///< of all of them
};

}  // namespace countersign::relay::testing
