// The composition root's list of parties: which mocks there are.
#pragma once

#include "run/parties.h"

namespace vsslab::cli {

const Parties& party_factory();

}  // namespace vsslab::cli
