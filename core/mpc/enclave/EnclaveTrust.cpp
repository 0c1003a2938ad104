#include "core/mpc/enclave/EnclaveTrust.h"

#include "core/base/encoding/Hex.h"

namespace countersign {

const std::string& awsNitroRootPem()
{
    static const std::string pem =
        "-----BEGIN CERTIFICATE-----\n"
        "MIICETCCAZagAwIBAgIRAPkxdWgbkK/hHUbMtOTn+FYwCgYIKoZIzj0EAwMwSTEL\n"
        "MAkGA1UEBhMCVVMxDzANBgNVBAoMBkFtYXpvbjEMMAoGA1UECwwDQVdTMRswGQYD\n"
        "VQQDDBJhd3Mubml0cm8tZW5jbGF2ZXMwHhcNMTkxMDI4MTMyODA1WhcNNDkxMDI4\n"
        "MTQyODA1WjBJMQswCQYDVQQGEwJVUzEPMA0GA1UECgwGQW1hem9uMQwwCgYDVQQL\n"
        "DANBV1MxGzAZBgNVBAMMEmF3cy5uaXRyby1lbmNsYXZlczB2MBAGByqGSM49AgEG\n"
        "BSuBBAAiA2IABPwCVOumCMHzaHDimtqQvkY4MpJzbolL//Zy2YlES1BR5TSksfbb\n"
        "48C8WBoyt7F2Bw7eEtaaP+ohG2bnUs990d0JX28TcPQXCEPZ3BABIeTPYwEoCWZE\n"
        "h8l5YoQwTcU/9KNCMEAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUkCW1DdkF\n"
        "R+eWw5b6cp3PmanfS5YwDgYDVR0PAQH/BAQDAgGGMAoGCCqGSM49BAMDA2kAMGYC\n"
        "MQCjfy+Rocm9Xue4YnwWmNJVA44fA0P5W2OpYow9OYCVRaEevL8uO1XYru5xtMPW\n"
        "rfMCMQCi85sWBbJwKKXdS6BptQFuZbT73o/gBh1qUxl/nNr12UO8Yfwr6wPLb+6N\n"
        "IwLz3/Y=\n"
        "-----END CERTIFICATE-----\n";
    return pem;
}

EnclaveTrust dynamicProductionTrust()
{
    return {awsNitroRootPem(), *fromHex("484fd412249304fe7659b2a9a4869504f0e4502d8abb4f88183e65416b4f6235"
                                        "4e4eda60e80a5b2e9d730ab0d804f83e")};
}

EnclaveTrust dynamicPreProductionTrust()
{
    return {awsNitroRootPem(), *fromHex("acc59ec98dbf7ecb43f9a6b9890866141868c079aa879e05e3675e1a10e18725"
                                        "9a64951e72cc531541b02dbdcd780770")};
}

}  // namespace countersign
