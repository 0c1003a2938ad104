#pragma once

#include "services/http/message/HttpMessage.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/Sandbox.h"
#include "services/sandbox/signing/SigningRequests.h"
#include "services/sandbox/signing/SigningRooms.h"

#include <boost/asio/any_io_executor.hpp>

namespace countersign::sandbox {

/// The part of the HTTP API that signing needs: Dynamic's calls below /environments/{env}/waas (protocol
/// reference §3, §5) and the control calls that plan faults, set the policy and show rooms and signatures.
/// Callers are authorised before they come here.
class SigningApi
{
public:
    /// What it refers to must outlive it; executor: for the pause within a faulty stream.
    SigningApi(Sandbox& sandbox, SigningRooms& rooms, Faults& faults, boost::asio::any_io_executor executor);

    /// A request below …/waas, but for the encryption keys; the environment is the right one.
    http::HttpResponse answer(const http::HttpRequest& request);
    /// /sandbox/faults, policy, rooms, signatures; name is one of these, else 404.
    http::HttpResponse control(const http::HttpRequest& request, const std::string& name);

private:
    http::HttpResponse lookUp(const std::string& walletId);
    http::HttpResponse signMessage(const http::HttpRequest& request, const std::string& walletId);
    http::HttpResponse refuseByPolicy(const Wallet& wallet, const PolicyRefusal& refusal);
    http::HttpResponse openRoom(SigningRoom room);
    http::HttpResponse faultyRoom(SigningFault fault, SigningRoom room);
    http::HttpResponse faults(const http::HttpRequest& request);
    http::HttpResponse policy(const http::HttpRequest& request);
    http::HttpResponse rooms() const;
    http::HttpResponse signatures();

    Sandbox& m_sandbox;
    SigningRooms& m_rooms;
    Faults& m_faults;
    boost::asio::any_io_executor m_executor;
};

}  // namespace countersign::sandbox
