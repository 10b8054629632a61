internal import CLinux
internal import Glibc

/// What a thread asks of the scheduler.
package enum Threads {
    /// Lets this thread run only while no other wants a processor, from now on and for good.
    ///
    /// Where the scheduler does not know that, the thread stays as it is.
    package static func yieldToAllOthers() {
        var parameters = sched_param()
        parameters.sched_priority = 0
        // SAFETY: the kernel reads the structure and keeps nothing of it.
        _ = unsafe sched_setscheduler(0, Int32(MLOPS_SCHED_IDLE), &parameters)
    }
}
