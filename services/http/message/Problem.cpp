#include "services/http/message/Problem.h"

#include <boost/beast/http/status.hpp>

namespace countersign::http {

std::string_view reasonPhrase(unsigned status)
{
    const boost::beast::string_view phrase =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    return phrase.empty() || phrase == "<unknown-status>" ? std::string_view("Unknown")
                                                          : std::string_view(phrase.data(), phrase.size());
}

HttpResponse problemResponse(unsigned status, std::string_view detail)
{
    const Json problem = {{"type", "about:blank"},
                          {"title", std::string(reasonPhrase(status))},
                          {"status", status},
                          {"detail", std::string(detail)}};
    HttpResponse response = jsonResponse(status, problem);
    response.headers.set("content-type", "application/problem+json");
    return response;
}

HttpResponse methodNotAllowed(std::string_view allowed)
{
    HttpResponse response = problemResponse(405, "This method does not exist here.");
    response.headers.set("allow", allowed);
    return response;
}

}  // namespace countersign::http
