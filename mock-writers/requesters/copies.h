// Requester programs that make shadow copies and no backup.
#pragma once

namespace vsslab::mock {

// Makes two persistent shadow copies and deletes them from two threads at the same time.
int delete_copies_at_once();

}  // namespace vsslab::mock
