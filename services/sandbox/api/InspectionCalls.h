#pragma once

#include "services/http/message/HttpMessage.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/Sandbox.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace countersign::sandbox {

/// The calls by which a console looks at the environment (protocol reference §0, §1.9, §2.6, §3.6, §6.2),
/// and the control calls that change what it will see.
class InspectionCalls
{
public:
    /// Both must outlive it.
    InspectionCalls(Sandbox& sandbox, Faults& faults) : m_sandbox(sandbox), m_faults(faults) {}

    /// The scope without which a call of an environment is refused; nothing: any token will do.
    static std::optional<std::string> neededScope(const http::HttpRequest& request);

    /// What the fault that is planned for this call makes of its answer.
    http::HttpResponse answered(InspectionCall call, const std::function<http::HttpResponse()>& work);

    /// GET /api/v0/sdk/{env}/settings
    http::HttpResponse settings();
    http::HttpResponse user(const std::string& userId);
    http::HttpResponse event(const std::string& eventId);
    http::HttpResponse token(const ApiToken& token);
    http::HttpResponse encryptionKeys();
    /// …/webhooks and what lies below.
    http::HttpResponse webhooks(const http::HttpRequest& request);

    /// /sandbox/settings, webhook, tokens, messages, wallets/{id}, users/{id}/sign-on; nothing: not of these.
    std::optional<http::HttpResponse> control(const http::HttpRequest& request);

private:
    http::HttpResponse messages(const http::HttpRequest& request);
    http::HttpResponse message(const std::string& messageId);
    http::HttpResponse redeliver(const std::string& messageId);
    http::HttpResponse controlTokens(const http::HttpRequest& request);
    http::HttpResponse controlSettings(const http::HttpRequest& request);
    http::HttpResponse controlWebhook(const http::HttpRequest& request);

    Sandbox& m_sandbox;
    Faults& m_faults;
};

}  // namespace countersign::sandbox
